import { describe, expect, it } from "vitest";
import { Sampler } from "../../test-support/limits.ts";

const start = (options = {}) =>
  new Sampler({ algorithm: { kind: "aimd", ...options }, initial: 10, min: 2, max: 12 });

describe("aimd", () => {
  it("grows by one per round of attempts", () => {
    const sampler = start();
    const changes = Array.from({ length: 11 }, () => sampler.one({ latencyMs: 5 }, 1).change);
    expect(changes).toEqual([...Array(10).fill("hold"), "up"]);
    expect(sampler.one({ latencyMs: 5 }).reason).toBe("answered, with 11 of 11 places in use");
  });

  it("holds while less than half of the places are in use", () => {
    const sampler = start();
    for (let i = 0; i < 100; i++) sampler.one({ latencyMs: 5, inFlight: 4 }, 1);
    expect(sampler.algorithm.limit).toBe(10);
    expect(sampler.one({ latencyMs: 5, inFlight: 4 }).reason).toBe(
      "only 4 of 10 places are in use",
    );
  });

  it("shrinks once per round, however many of its attempts are dropped", () => {
    const sampler = start();
    const down = sampler.one({ latencyMs: 300, outcome: "dropped" }, 1000);
    expect([down.limit, down.change, down.reason]).toEqual([
      9,
      "down",
      "an attempt was dropped after 300ms",
    ]);
    const stale = sampler.one({ latencyMs: 300, outcome: "dropped" }, 299);
    expect([stale.limit, stale.change, stale.reason]).toEqual([
      9,
      "hold",
      "this attempt went out before the limit was lowered",
    ]);
    expect(sampler.one({ latencyMs: 300, outcome: "dropped" }, 1).limit).toBe(8);
  });

  it("takes a slow answer for a drop, if told to", () => {
    const sampler = start({ slowerThan: 100 });
    expect(sampler.one({ latencyMs: 100 }, 1000).change).toBe("hold");
    const down = sampler.one({ latencyMs: 101 }, 1000);
    expect([down.change, down.reason]).toEqual(["down", "an answer took 101ms, longer than 100ms"]);
  });

  it("holds at an error", () => {
    const decision = start().one({ latencyMs: 1, outcome: "failed" });
    expect([decision.change, decision.reason]).toEqual([
      "hold",
      "an error says nothing about how many attempts the dependency can take",
    ]);
  });

  it("stays between its minimum and its maximum, and leaves both", () => {
    const sampler = start();
    sampler.for(20_000, { latencyMs: 5, outcome: "dropped" });
    expect(sampler.algorithm.limit).toBe(2);
    sampler.for(20_000, { latencyMs: 5 });
    expect(sampler.algorithm.limit).toBe(12);
    expect(sampler.one({ latencyMs: 5, outcome: "dropped" }, 10).change).toBe("down");
  });
});
