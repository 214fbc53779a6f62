import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { makeRateLimiter, REFUSED, type ResolvedRateLimiter } from "./machine.ts";

// Intervals are whole, so that the naive models agree to the last bit.
const anyLimiter = (kind: ResolvedRateLimiter["kind"]): fc.Arbitrary<ResolvedRateLimiter> =>
  fc.record({
    kind: fc.constant(kind),
    limit: fc.constantFrom(1, 2, 4, 5),
    perMs: fc.constantFrom(20, 60),
    burst: fc.constantFrom(1, 2, 5),
    maxWaitMs: fc.constantFrom(0, 10, 45, 500),
  });

const anySteps = fc.array(
  fc.record({
    pauseMs: fc.constantFrom(0, 0, 0, 1, 3, 10, 40, 100),
    /** Somebody who waits gives the reservation back; the number says who. */
    back: fc.option(fc.nat(5), { nil: undefined, freq: 3 }),
  }),
  { maxLength: 30, size: "max" },
);

/** A simpler way to say the same: how long somebody who comes now has to wait. */
type Naive = (nowMs: number, taken: readonly number[]) => number;

/** Asks, gives back, and returns when attempts went out; the naive model has to agree with every answer. */
function play(
  options: ResolvedRateLimiter,
  steps: Iterable<{ pauseMs: number; back: number | undefined }>,
  naive: Naive,
): number[] {
  const limiter = makeRateLimiter(options);
  let nowMs = 0;
  let taken: number[] = [];
  const unused: number[] = [];
  for (const { pauseMs, back } of steps) {
    nowMs += pauseMs;
    const waiting = taken.filter((atMs) => atMs > nowMs);
    if (back !== undefined && waiting.length > 0) {
      const reservedAtMs = waiting[back % waiting.length] as number;
      limiter.giveBack(reservedAtMs);
      if (reservedAtMs === taken.at(-1)) taken = taken.slice(0, -1);
      else unused.push(reservedAtMs);
      continue;
    }
    const expected = naive(nowMs, taken);
    if (limiter.retryAfterMs(nowMs) !== expected) {
      expect(limiter.retryAfterMs(nowMs)).toBe(expected);
    }
    const waitMs = limiter.acquire(nowMs);
    const allowed = expected <= options.maxWaitMs;
    if (waitMs !== (allowed ? expected : REFUSED)) expect.fail(`${waitMs}, not ${expected}`);
    if (allowed) taken.push(nowMs + waitMs);
  }
  for (const atMs of unused) taken.splice(taken.indexOf(atMs), 1);
  return taken;
}

/** A bucket that is filled step by step, millisecond by millisecond; it owes what is reserved. */
function bucketLevel({ limit, perMs, burst }: ResolvedRateLimiter): Naive {
  const interval = perMs / limit;
  return (nowMs, taken) => {
    let waitMs = 0;
    for (; ; waitMs++) {
      // Full before all, and filled at every millisecond since; counted in milliseconds, to stay whole.
      let level = burst * interval;
      let atMs = 0;
      for (const takenAtMs of taken) {
        level = Math.min(burst * interval, level + takenAtMs - atMs) - interval;
        atMs = takenAtMs;
      }
      const laterMs = nowMs + waitMs;
      if (laterMs < atMs) continue;
      level = Math.min(burst * interval, level + laterMs - atMs);
      if (level >= interval) return waitMs;
    }
  };
}

/** Looks at one moment after the other until the window that ends there has room. */
function windowCount({ limit, perMs }: ResolvedRateLimiter): Naive {
  return (nowMs, taken) => {
    let atMs = nowMs;
    while (taken.filter((earlier) => earlier > atMs - perMs).length >= limit) atMs++;
    return atMs - nowMs;
  };
}

describe("rate limiter", () => {
  it("invariant 1: a token bucket lets out <= burst + T x limit / per over any T", () =>
    holds(
      fc.property(anyLimiter("tokenBucket"), anySteps, (options, steps) => {
        const { burst, limit, perMs } = options;
        const out = play(options, steps, bucketLevel(options));
        for (const [i, fromMs] of out.entries()) {
          for (let j = i; j < out.length; j++) {
            const most = burst + (((out[j] as number) - fromMs) * limit) / perMs;
            if (j - i + 1 > most) expect.fail(`${j - i + 1} attempts, and ${most} allowed`);
          }
        }
      }),
    ));

  it("invariant 2: a sliding window lets out <= limit in any stretch of `per`", () =>
    holds(
      fc.property(anyLimiter("slidingWindow"), anySteps, (options, steps) => {
        const { limit, perMs } = options;
        const out = play(options, steps, windowCount(options));
        for (const [i, fromMs] of out.entries()) {
          const beyond = out[i + limit];
          if (beyond !== undefined && beyond - fromMs < perMs) {
            expect.fail(`${limit + 1} attempts in ${beyond - fromMs} ms`);
          }
        }
      }),
    ));
});
