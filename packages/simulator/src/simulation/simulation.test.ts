import { describe, expect, test } from "vitest";
import { Simulation, samplerOf } from "../index.ts";
import type { Attempt } from "./client.ts";

test("things happen in order of time, and of planning where times are equal", () => {
  const simulation = new Simulation();
  const seen: string[] = [];
  const note = (word: string) => () => seen.push(`${word} at ${simulation.nowMs}`);
  simulation.after(20, note("third"));
  simulation.after(10, note("first"));
  simulation.after(10, note("second"));
  simulation.cancel(simulation.after(5, note("never")));
  simulation.run(10);
  expect(seen).toEqual(["first at 10", "second at 10"]);
  simulation.run();
  expect(seen.at(-1)).toBe("third at 20");
  expect(simulation.events).toBe(3);
});

test("a stream depends on the seed and its words, not on what else is drawn", () => {
  const draw = (seed: number, ...words: (string | number)[]) => {
    const stream = new Simulation({ seed }).random(...words);
    return [stream.uniform(), stream.uniform(), stream.uniform()];
  };
  expect(draw(1, "network", 7)).toEqual(draw(1, "network", 7));
  const others = [draw(2, "network", 7), draw(1, "network", 8), draw(1, "network", "7")];
  for (const other of others) expect(other).not.toEqual(draw(1, "network", 7));
});

test("wrong seeds, distributions, delays and policies are refused with what is allowed", () => {
  for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) {
    expect(() => new Simulation({ seed })).toThrow(/whole number from 0 to 4294967295/);
  }
  expect(() => samplerOf({ kind: "exponential", mean: "soon" })).toThrow(/distribution\.mean/);
  expect(() => samplerOf({ kind: "uniform", min: 5, max: 1 })).toThrow(/swap min and max/);
  expect(() => new Simulation().after(-1, () => {})).toThrow(RangeError);
  const policy = { timeout: -1 };
  expect(() => new Simulation().client({ name: "a", policy, attempt() {} })).toThrow(/timeout/);
});

describe("a client", () => {
  const backoff = { kind: "constant", base: 10, jitter: "none" } as const;

  test("tries again as its policy says, and tells how each call ended", () => {
    const simulation = new Simulation();
    const tries: string[] = [];
    const client = simulation.client({
      name: "client",
      policy: { idempotent: true, retry: { attempts: 3, backoff } },
      attempt(attempt) {
        tries.push(`call ${attempt.call}, try ${attempt.number} at ${simulation.nowMs}`);
        simulation.after(5, () => attempt.answer(attempt.call === 0 && attempt.number === 2));
      },
    });
    const ends: string[] = [];
    client.call((outcome) => ends.push(`${outcome} at ${simulation.nowMs}`));
    simulation.after(100, () => client.call((outcome) => ends.push(outcome)));
    simulation.run();
    expect(tries).toEqual([
      "call 0, try 1 at 0",
      "call 0, try 2 at 15",
      "call 1, try 1 at 100",
      "call 1, try 2 at 115",
      "call 1, try 3 at 130",
    ]);
    expect(ends).toEqual(["ok at 20", "failed"]);
    expect([client.calls, client.attempts]).toEqual([2, 5]);
    expect([client.ended("ok"), client.ended("failed"), client.ended("timedOut")]).toEqual([
      1, 1, 0,
    ]);
  });

  test("gives an attempt up at its timeout, and ignores what comes later or twice", () => {
    const simulation = new Simulation();
    const kept: Attempt[] = [];
    const client = simulation.client({
      name: "client",
      policy: { timeout: 10 },
      attempt(attempt) {
        kept.push(attempt);
        simulation.after(50, () => {
          attempt.answer(true);
          attempt.answer(true);
        });
      },
    });
    client.call();
    simulation.run(11);
    expect(kept.map(({ isGivenUp }) => isGivenUp)).toEqual([true]);
    simulation.run();
    expect([client.ended("timedOut"), client.ended("ok")]).toEqual([1, 0]);
  });

  test("may answer at once, and keeps a breaker for all its calls", () => {
    const simulation = new Simulation();
    const client = simulation.client({
      name: "client",
      policy: {
        circuitBreaker: { window: { kind: "consecutive", failures: 2 }, openFor: "10s" },
      },
      attempt: (attempt) => attempt.answer(false),
    });
    for (let i = 0; i < 5; i++) simulation.after(i, () => client.call());
    simulation.run(1000);
    expect(client.attempts).toBe(2);
    expect([client.ended("failed"), client.ended("shortCircuited")]).toEqual([2, 3]);
  });

  test("draws its own numbers whatever other clients do", () => {
    const draws = (others: number) => {
      const simulation = new Simulation({ seed: 3 });
      const drawn: number[] = [];
      const make = (name: string, into: number[]) =>
        simulation.client({
          name,
          attempt(attempt) {
            into.push(attempt.random.uniform());
            attempt.answer(true);
          },
        });
      for (let i = 0; i < others; i++) make(`other ${i}`, []).call();
      const client = make("client", drawn);
      client.call();
      client.call();
      simulation.run();
      return drawn;
    };
    expect(draws(5)).toEqual(draws(0));
    expect(new Set(draws(0)).size).toBe(2);
  });
});
