import { describe, expect, it } from "vitest";
import { limiterOf } from "../../test-support/limits.ts";
import { type ServerConditions, ServerLoop } from "../../test-support/server-loop.ts";

/** 40 workers at 50 ms take 800 requests a second; twice that is offered. */
const overloaded: ServerConditions = {
  workers: 40,
  meanServiceMs: 50,
  perSecond: 1600,
  timeoutMs: 300,
  serverQueue: 1000,
};

const kinds = ["aimd", "vegas", "gradient"] as const;

describe.each(kinds)("%s in front of a server with 40 workers and one queue", (kind) => {
  const start = () => new ServerLoop(limiterOf({ algorithm: { kind } }), overloaded);

  it("finds the capacity at twice the load, and wastes next to nothing", () => {
    const loop = start();
    loop.run(60_000);
    expect(loop.mean(({ answered }) => answered, 30)).toBeGreaterThan(740);
    expect(loop.mean(({ dropped }) => dropped, 30)).toBeLessThan(8);
    const limit = loop.mean((second) => second.limit, 30);
    expect(limit).toBeGreaterThan(40);
    expect(limit).toBeLessThan(80);
  });

  it("follows a capacity that is halved, and one that comes back", () => {
    const loop = start();
    loop.run(60_000);
    const before = loop.mean((second) => second.limit, 20);
    loop.conditions = { ...overloaded, workers: 20 };
    loop.run(60_000);
    expect(loop.mean((second) => second.limit, 20)).toBeLessThan(before * 0.75);
    expect(loop.mean(({ answered }) => answered, 20)).toBeGreaterThan(370);
    expect(loop.mean(({ dropped }) => dropped, 20)).toBeLessThan(8);
    loop.conditions = overloaded;
    loop.run(60_000);
    expect(loop.mean(({ answered }) => answered, 20)).toBeGreaterThan(740);
  });

  it("goes down to its minimum when every attempt times out, and no further", () => {
    const loop = start();
    loop.run(30_000);
    loop.conditions = { ...overloaded, meanServiceMs: 1e9 };
    loop.run(30_000);
    expect(loop.limiter.limit).toBe(1);
    expect(loop.mean(({ dropped }) => dropped, 10)).toBeGreaterThan(2);
  });

  it("is held back by a dependency that refuses when its queue is full", () => {
    const loop = new ServerLoop(limiterOf({ algorithm: { kind }, max: 1000 }), {
      ...overloaded,
      timeoutMs: Infinity,
      serverQueue: 20,
    });
    loop.run(60_000);
    expect(loop.mean(({ answered }) => answered, 30)).toBeGreaterThan(740);
    expect(loop.mean((second) => second.limit, 30)).toBeLessThan(80);
  });
});

describe("the simulated server", () => {
  it("with too high a limit works for those who have left", () => {
    const loop = new ServerLoop(limiterOf({ min: 500, max: 500 }), overloaded);
    loop.run(20_000);
    expect(loop.mean(({ dropped }) => dropped, 10)).toBeGreaterThan(700);
  });
});
