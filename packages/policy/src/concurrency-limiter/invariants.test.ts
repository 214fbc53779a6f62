import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limiterOf, resolveLimiter } from "../../test-support/limits.ts";
import { holds } from "../../test-support/properties.ts";
import type { Waiter } from "../bulkhead/waiting-line.ts";
import { ConcurrencyLimiter, makeLimitAlgorithm } from "./machine.ts";

const kinds = ["aimd", "vegas", "gradient"] as const;
const bounds = fc.nat(999).map((code) => {
  const min = 1 + (code % 10);
  const initial = min + (Math.floor(code / 10) % 10);
  return { min, initial, max: initial + Math.floor(code / 100) ** 2 };
});

const LATENCIES = [0, 1e-9, 1, 20, 20, 300, 1e9, Number.MAX_VALUE];
const OUTCOMES = ["ok", "ok", "failed", "dropped"] as const;
const PAUSES = [0, 1, 50, 5000];
const samples = fc.array(fc.nat(8 * 4 * 4 * 64 - 1), { maxLength: 30, size: "max" }).map((codes) =>
  codes.map((code) => ({
    latencyMs: LATENCIES[code & 7] as number,
    outcome: OUTCOMES[(code >> 3) & 3] as (typeof OUTCOMES)[number],
    pauseMs: PAUSES[(code >> 5) & 3] as number,
    inFlight: code >> 7,
  })),
);

describe.each(kinds)("%s", (kind) => {
  const algorithm =
    kind === "aimd" ? { kind } : { kind, minimumSamples: 2, window: 40, probeEvery: 200 };

  it("invariant 1: keeps a whole limit between its bounds, whatever the samples", () =>
    holds(
      fc.property(bounds, samples, (limits, steps) => {
        const limit = makeLimitAlgorithm(resolveLimiter({ algorithm, ...limits }));
        let nowMs = 0;
        for (const { pauseMs, ...sample } of steps) {
          nowMs += pauseMs;
          const before = limit.limit;
          const decision = limit.sample({ ...sample, nowMs });
          const fits =
            Number.isInteger(decision.limit) &&
            decision.limit >= limits.min &&
            decision.limit <= limits.max;
          const says = ["down", "hold", "up"][Math.sign(decision.limit - before) + 1];
          if (!fits || decision.limit !== limit.limit || decision.change !== says) {
            expect(decision).toEqual({ limits, before, says });
          }
          if (decision.reason === "" || /NaN|undefined/.test(decision.reason)) {
            expect(decision.reason).toBe("a reason");
          }
        }
      }),
    ));

  it("invariant 2: drops and errors never raise the limit", () =>
    holds(
      fc.property(samples, samples, (before, after) => {
        const limit = makeLimitAlgorithm(resolveLimiter({ algorithm }));
        let nowMs = 0;
        for (const { pauseMs, ...sample } of before) {
          nowMs += pauseMs;
          limit.sample({ ...sample, nowMs });
        }
        // What was gathered before, and a probe that is under way, may still count.
        for (let i = 0; i < 3; i++) {
          nowMs += 50;
          limit.sample({ latencyMs: 1, inFlight: 1, outcome: "failed", nowMs });
        }
        const start = limit.limit;
        for (const { pauseMs, latencyMs, inFlight, outcome } of after) {
          nowMs += pauseMs;
          const bad = outcome === "ok" ? "dropped" : outcome;
          limit.sample({ latencyMs, inFlight, outcome: bad, nowMs });
        }
        if (limit.limit > start) expect(limit.limit).toBe(start);
      }),
    ));
});

describe("concurrency limiter", () => {
  it("has no more places taken than the limit, but for those from before it was lowered", () =>
    holds(
      fc.property(
        bounds,
        fc.array(fc.nat(255), { maxLength: 60, size: "max" }),
        (limits, codes) => {
          const limiter = new ConcurrencyLimiter(
            resolveLimiter({ algorithm: { kind: "aimd" }, ...limits, queue: { size: 5 } }),
          );
          let allowed = limiter.limit;
          codes.forEach((code, nowMs) => {
            if (code % 2 === 0) limiter.acquire(waiter(code & 7), () => {});
            else if (limiter.inFlight > 0) {
              const outcome = code % 3 === 0 ? "dropped" : "ok";
              limiter.record({ latencyMs: code >> 5, outcome, nowMs });
              limiter.release();
              while (limiter.admitNext() !== undefined);
            }
            allowed = Math.max(limiter.limit, Math.min(allowed, limiter.inFlight));
            const idle = limiter.waiting > 0 && limiter.inFlight < limiter.limit;
            if (limiter.inFlight > allowed || idle) expect([limiter.inFlight, idle]).toBe(allowed);
          });
        },
      ),
    ));

  it("gives the places of a raised limit to those who wait", () => {
    const limiter = limiterOf({
      algorithm: { kind: "aimd" },
      initial: 1,
      queue: { size: 2 },
    });
    const [first, second, third, fourth] = [waiter(0), waiter(0), waiter(1), waiter(0)] as const;
    const answers = [first, second, third, fourth].map((w) => limiter.acquire(w, () => {}));
    expect(answers).toEqual(["taken", "queued", "queued", "refused"]);
    expect([limiter.waiting, limiter.queueSize, limiter.inFlight]).toEqual([2, 2, 1]);
    expect(limiter.record({ latencyMs: 3, outcome: "ok", nowMs: 3 })).toMatchObject({
      limit: 2,
      change: "up",
    });
    expect(limiter.release()).toBe(third);
    expect(limiter.admitNext()).toBe(second);
    expect(limiter.admitNext()).toBeUndefined();
    expect(limiter.leave(second)).toBe(false);
  });
});

function waiter(priority: number): Waiter {
  return { priority, line: undefined, ahead: undefined, behind: undefined };
}
