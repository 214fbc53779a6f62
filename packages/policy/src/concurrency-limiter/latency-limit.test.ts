import { describe, expect, it } from "vitest";
import { Sampler } from "../../test-support/limits.ts";

const HOUR = 3_600_000;

describe.each(["vegas", "gradient"] as const)("%s", (kind) => {
  const start = (options = {}) => new Sampler({ algorithm: { kind, ...options } });

  it("grows at the latency without queueing, and says why", () => {
    const sampler = start();
    const [first] = sampler.for(600, { latencyMs: 20 });
    expect([first?.change, first?.reason]).toEqual([
      "up",
      "mean latency 20ms, without queueing 20ms",
    ]);
    sampler.for(60_000, { latencyMs: 20 });
    expect(sampler.algorithm.limit).toBe(200);
  });

  it("moves once per window, and not before ten attempts have ended", () => {
    const sampler = start();
    for (let i = 0; i < 9; i++) {
      expect(sampler.one({ latencyMs: 20 }, 1000).reason).toBe(
        "the window of samples is not complete",
      );
    }
    expect(sampler.one({ latencyMs: 20 }, 1000).change).toBe("up");
  });

  it("shrinks when attempts queue", () => {
    const sampler = start();
    sampler.for(10_000, { latencyMs: 20 });
    const before = sampler.algorithm.limit;
    const decisions = sampler.for(5000, { latencyMs: 100 });
    expect(decisions.every(({ change }) => change === "down")).toBe(true);
    expect(decisions[0]?.reason).toMatch(/^mean latency [\d.]+ms, without queueing 20ms$/);
    expect(sampler.algorithm.limit).toBeLessThan(before);
  });

  it("does not grow while less than half of the places are in use", () => {
    const sampler = start();
    const decisions = sampler.for(10_000, { latencyMs: 20, inFlight: 9 });
    expect(sampler.algorithm.limit).toBe(20);
    expect(decisions[0]?.reason).toBe("quick, but only 9 of 20 places were in use");
  });

  it("does not climb when every attempt times out at the same latency", () => {
    const sampler = start();
    sampler.for(10_000, { latencyMs: 20 });
    const decisions = sampler.for(60_000, { latencyMs: 1000, outcome: "dropped" });
    expect(decisions.some(({ change }) => change === "up")).toBe(false);
    expect(decisions[0]?.reason).toMatch(/^\d+ of 51 attempts were dropped$/);
    expect(sampler.algorithm.limit).toBe(1);
  });

  it("does not climb on the flat latency of slow answers either, for an hour", () => {
    const sampler = start();
    sampler.for(10_000, { latencyMs: 20 });
    const before = sampler.algorithm.limit;
    sampler.for(HOUR, { latencyMs: 1000 });
    expect(sampler.algorithm.limit).toBeLessThan(before / 2);
    expect(sampler.algorithm.limit).toBeLessThanOrEqual(20);
  });

  it("counts the drops of one round once", () => {
    const sampler = start();
    sampler.for(1000, { latencyMs: 1000, outcome: "dropped" });
    expect(sampler.algorithm.limit).toBe(10);
    sampler.for(500, { latencyMs: 1000, outcome: "dropped" });
    expect(sampler.algorithm.limit).toBe(10);
  });

  it("bears a small share of drops", () => {
    const sampler = start();
    for (let i = 0; i < 200; i++) {
      sampler.for(990, { latencyMs: 20 });
      sampler.one({ latencyMs: 20, outcome: "dropped" }, 10);
    }
    expect(sampler.algorithm.limit).toBeGreaterThan(100);
  });

  it("learns nothing from errors, however quick", () => {
    const sampler = start();
    sampler.for(2000, { latencyMs: 20 });
    const before = sampler.algorithm.limit;
    const decisions = sampler.for(60_000, { latencyMs: 1, outcome: "failed" });
    expect(decisions[1]?.reason).toBe("51 attempts ended, none with an answer");
    expect(sampler.algorithm.limit).toBeLessThanOrEqual(before + 10);
    sampler.for(1000, { latencyMs: 20 });
    expect(sampler.algorithm.limit).toBeGreaterThan(before);
  });

  it("measures anew without a queue, when nothing has confirmed its idea of it for long", () => {
    const sampler = start({ probeEvery: "30s" });
    sampler.for(10_000, { latencyMs: 20 });
    const probes = sampler
      .for(90_000, { latencyMs: 60 })
      .filter(({ reason }) => reason.includes("queueing") && !reason.startsWith("mean"));
    expect(probes.map(({ reason }) => reason).slice(0, 2)).toEqual([
      "fewer attempts for a moment, to measure the latency without queueing",
      "measured 60ms without queueing",
    ]);
    expect(probes[0]?.change).toBe("down");
    sampler.for(60_000, { latencyMs: 60 });
    expect(sampler.algorithm.limit).toBe(200);
  });

  it("believes no measurement that is too far from the lowest", () => {
    const sampler = start({ probeEvery: "30s", maxRise: 2 });
    sampler.for(10_000, { latencyMs: 20 });
    const reasons = sampler.for(90_000, { latencyMs: 200 }).map(({ reason }) => reason);
    expect(reasons).toContain("measured 200ms without queueing, taken as 40ms");
    expect(sampler.algorithm.limit).toBeLessThan(30);
  });

  it("ends a probe that nobody answers", () => {
    const sampler = start({ probeEvery: "30s" });
    sampler.for(10_000, { latencyMs: 20 });
    while (!sampler.one({ latencyMs: 200 }, 10).reason.startsWith("fewer attempts"));
    const [end] = sampler.for(600, { latencyMs: 5, outcome: "dropped" });
    expect(end?.reason).toMatch(/^51 of 51 attempts were dropped$/);
  });

  it("can go below its initial limit, and comes back from its minimum", () => {
    const sampler = start();
    sampler.for(10_000, { latencyMs: 20 });
    sampler.for(10_000, { latencyMs: 20, outcome: "dropped" });
    expect(sampler.algorithm.limit).toBe(1);
    sampler.for(60_000, { latencyMs: 20 });
    expect(sampler.algorithm.limit).toBe(200);
  });
});
