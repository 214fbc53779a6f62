import { describe, expect, test } from "vitest";
import { arrivals, perWindow } from "../../../test-support/source.ts";

describe("a closed load", () => {
  test("has each user wait for the answer and think before the next request", () => {
    const load = { kind: "closed", users: 2, think: 30 } as const;
    const made = arrivals(load, { durationMs: 100, answerMs: 10 });
    expect(made.map(({ atMs }) => atMs)).toEqual([0, 0, 40, 40, 80, 80]);
  });

  test("without think time sends the next request with the answer", () => {
    const made = arrivals({ kind: "closed", users: 1 }, { durationMs: 50, answerMs: 20 });
    expect(made.map(({ atMs }) => atMs)).toEqual([0, 20, 40]);
  });

  test("plays between its start and its end", () => {
    const load = { kind: "closed", users: 1, think: 10, start: 15, end: 60 } as const;
    const made = arrivals(load, { durationMs: 200, answerMs: 10 });
    expect(made.map(({ atMs }) => atMs)).toEqual([15, 35, 55]);
  });

  test("draws a think time for each answer: the interactive response time law", () => {
    const think = { kind: "exponential", mean: 90 } as const;
    const users = 50;
    const durationMs = 100_000;
    const made = arrivals({ kind: "closed", users, think }, { durationMs, answerMs: 10 });
    // Throughput = users / (response + think). A renewal count has the variance t sigma^2 / mean^3 per user.
    const expected = (users * durationMs) / 100;
    const error = Math.sqrt((users * durationMs * 90 ** 2) / 100 ** 3);
    // Every user begins with a request, not with a think time: 1 - the mean age at a random time, at most 1 each.
    expect(Math.abs(made.length - expected)).toBeLessThan(4 * error + users);
  });

  test("gives every request of every user draws of its own", () => {
    const made = arrivals({ kind: "closed", users: 20, think: 5 }, { durationMs: 1000 });
    expect(new Set(made.map(({ hi, lo }) => `${hi} ${lo}`)).size).toBe(made.length);
  });

  test("lets users go and come as its shape says", () => {
    const steps = [
      { at: 100, factor: 0.5 },
      { at: 200, factor: 2 },
      { at: 300, factor: 0 },
      { at: 400, factor: 0.1 },
    ];
    const shape = { kind: "steps", steps } as const;
    const load = { kind: "closed", users: 10, think: 10, shape } as const;
    const made = arrivals(load, { durationMs: 500, answerMs: 10 });
    // Each user makes 5 requests in 100 ms.
    expect(perWindow(made, 100, 5)).toEqual([50, 25, 100, 0, 5]);
  });

  test("on a ramp lets one user in after the other", () => {
    const shape = { kind: "ramp", from: 0, to: 1, over: 100 } as const;
    const load = { kind: "closed", users: 10, think: 1000, shape } as const;
    const made = arrivals(load, { durationMs: 500, answerMs: 10 });
    const times = made.map(({ atMs }) => Math.round(atMs));
    expect(times).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  });
});
