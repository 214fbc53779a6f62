import { describe, expect, it } from "vitest";
import { resolveLimiter } from "../../test-support/limits.ts";
import { checkLimit } from "./check.ts";

describe("options of a concurrency limiter", () => {
  it("fill in the gradient and its defaults", () => {
    expect(resolveLimiter({})).toEqual({
      algorithm: {
        kind: "gradient",
        tolerance: 1.5,
        headroom: 4,
        smoothing: 0.2,
        windowMs: 500,
        minimumSamples: 10,
        probeEveryMs: 60_000,
        maxRise: 4,
      },
      initial: 20,
      min: 1,
      max: 200,
      queue: { size: 0, order: "fifo", maxWaitMs: Infinity },
    });
  });

  it("begin as near to 20 as the bounds allow", () => {
    expect(resolveLimiter({ max: 8 }).initial).toBe(8);
    expect(resolveLimiter({ min: 30 }).initial).toBe(30);
  });

  it("turn every duration into milliseconds", () => {
    const { algorithm, queue } = resolveLimiter({
      algorithm: { kind: "aimd", slowerThan: "2s" },
      queue: { size: 3, order: "lifo", maxWait: "1s" },
    });
    expect(algorithm).toEqual({ kind: "aimd", backoff: 0.9, slowerThanMs: 2000 });
    expect(queue).toEqual({ size: 3, order: "lifo", maxWaitMs: 1000 });
    expect(resolveLimiter({ algorithm: { kind: "aimd" } }).algorithm).toMatchObject({
      slowerThanMs: Infinity,
    });
  });

  it("refuse bounds that contradict each other", () => {
    expect(checkLimit({}, "")).toEqual([]);
    expect(checkLimit({ min: 2, initial: 2, max: 2 }, "")).toEqual([]);
    expect(checkLimit({ min: 9, max: 3 }, "concurrencyLimiter")).toEqual([
      {
        path: "concurrencyLimiter.max",
        value: 3,
        message: "the highest limit is below the lowest (9)",
        allowed: "9 or more",
        fix: "write max: 9, or change min",
      },
    ]);
    expect(checkLimit({ min: 9, initial: 3 }, "").map(({ path }) => path)).toEqual(["initial"]);
    expect(checkLimit({ max: 9, initial: 30 }, "")[0]).toMatchObject({
      path: "initial",
      message: "the first limit is above the highest (9)",
      fix: "write initial: 9, or change max",
    });
  });
});
