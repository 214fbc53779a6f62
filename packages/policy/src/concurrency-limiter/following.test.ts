import { describe, expect, it } from "vitest";
import { Guest } from "../../test-support/bulkhead.ts";
import type { Bulkhead } from "../bulkhead/machine.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import type { LimitAlgorithm } from "./limit-algorithm.ts";
import {
  ConcurrencyLimiter,
  makeLimitAlgorithm,
  type ResolvedConcurrencyLimiter,
} from "./machine.ts";
import type { ConcurrencyLimiterOptions } from "./options.ts";

function resolved(concurrencyLimiter: ConcurrencyLimiterOptions): ResolvedConcurrencyLimiter {
  return resolvePolicy({ concurrencyLimiter }).concurrencyLimiter as ResolvedConcurrencyLimiter;
}

/** Answers after so long, one every 10 ms, with 50 under way. */
function feed(algorithm: LimitAlgorithm, count: number, latencyMs: number, fromMs = 0): void {
  for (let i = 0; i < count; i++) {
    algorithm.sample({ latencyMs, inFlight: 50, outcome: "ok", nowMs: fromMs + i * 10 });
  }
}

describe("an algorithm that follows another", () => {
  it.each(["aimd", "vegas", "gradient"] as const)(
    "%s keeps the limit within its bounds",
    (kind) => {
      const before = makeLimitAlgorithm(resolved({ algorithm: { kind }, initial: 40 }));
      feed(before, 1000, 20);
      const { limit } = before;
      expect(limit).toBeGreaterThan(40);
      const wide = resolved({ algorithm: { kind }, max: 300 });
      expect(makeLimitAlgorithm(wide, before).limit).toBe(limit);
      const narrow = resolved({ algorithm: { kind }, max: 30 });
      expect(makeLimitAlgorithm(narrow, before).limit).toBe(30);
      const other = resolved({ algorithm: { kind: kind === "aimd" ? "vegas" : "aimd" } });
      expect(makeLimitAlgorithm(other, before).limit).toBe(limit);
    },
  );

  it("keeps the latency without queueing: what is slow stays slow", () => {
    const before = makeLimitAlgorithm(resolved({ algorithm: { kind: "vegas" } }));
    feed(before, 200, 20);
    const after = makeLimitAlgorithm(resolved({ algorithm: { kind: "gradient" } }), before);
    const { limit } = after;
    feed(after, 200, 200, 2000);
    expect(after.limit).toBeLessThan(limit);
    const anew = makeLimitAlgorithm(resolved({ algorithm: { kind: "gradient" } }));
    feed(anew, 200, 200, 2000);
    expect(anew.limit).toBeGreaterThan(20);
  });

  it("keeps the samples of a window that is not complete", () => {
    const before = makeLimitAlgorithm(resolved({ algorithm: { kind: "gradient" } }));
    feed(before, 45, 20);
    const options = resolved({ algorithm: { kind: "gradient", minimumSamples: 50 } });
    const after = makeLimitAlgorithm(options, before);
    feed(after, 5, 20, 450);
    expect(after.limit).toBe(20);
    feed(after, 1, 20, 510);
    expect(after.limit).toBeGreaterThan(20);
  });
});

describe("a limiter that is reconfigured", () => {
  it("counts on who has a place and who waits", () => {
    const limiter = new ConcurrencyLimiter<Guest>(resolved({ initial: 1, queue: { size: 1 } }));
    const acquire = (name: string) => limiter.acquire(new Guest(name), () => {});
    expect(["a", "b", "c"].map(acquire)).toEqual(["taken", "queued", "refused"]);
    limiter.reconfigure(resolved({ min: 2, queue: { size: 1 } }));
    expect([limiter.limit, limiter.inFlight, limiter.waiting]).toEqual([2, 1, 1]);
    expect(limiter.admitNext()?.name).toBe("b");
    expect(acquire("d")).toBe("queued");
  });

  it("hands its places over, and takes those of a bulkhead", () => {
    const limiter = new ConcurrencyLimiter<Guest>(resolved({ initial: 1 }));
    expect(limiter.acquire(new Guest("a"), () => {})).toBe("taken");
    const places: Bulkhead<Guest> = limiter.handOver();
    const queue = { size: 0, order: "fifo", maxWaitMs: Infinity } as const;
    places.reconfigure({ concurrent: 2, queue });
    const sample = { latencyMs: 5, outcome: "dropped", nowMs: 5 } as const;
    expect(limiter.record(sample)).toMatchObject({ limit: 2, change: "hold" });
    expect([places.limit, places.inFlight]).toEqual([2, 1]);
    const next = new ConcurrencyLimiter<Guest>(resolved({ initial: 3 }), undefined, places);
    expect([next.limit, next.inFlight, places.limit]).toEqual([3, 1, 3]);
    limiter.release();
    expect(next.inFlight).toBe(0);
  });
});
