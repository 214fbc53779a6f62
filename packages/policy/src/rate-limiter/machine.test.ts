import { describe, expect, it } from "vitest";
import { expectTranscript } from "../../test-support/transcript.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import { makeRateLimiter, REFUSED, type ResolvedRateLimiter } from "./machine.ts";
import type { RateLimiterOptions } from "./options.ts";

function resolved(rateLimiter: RateLimiterOptions): ResolvedRateLimiter {
  return resolvePolicy({ rateLimiter }).rateLimiter as ResolvedRateLimiter;
}

/** Commands: ask [xN], back RESERVED. The answer: now, in N ms, or refused with the time after which to come again. */
function transcript(options: RateLimiterOptions, text: string): void {
  const limiter = makeRateLimiter(resolved(options));
  const step = (atMs: number, [verb, times = "x1"]: readonly string[]): string => {
    if (verb === "back") {
      limiter.giveBack(Number(times));
      return "done";
    }
    let waitMs = 0;
    for (let i = 0; i < Number(times.slice(1)); i++) waitMs = limiter.acquire(atMs);
    if (waitMs === REFUSED) return `refused for ${Number(limiter.retryAfterMs(atMs).toFixed(6))}`;
    return waitMs === 0 ? "now" : `in ${Number(waitMs.toFixed(6))}`;
  };
  expectTranscript(step, text);
}

describe("token bucket", () => {
  it("lets a burst out at once, and then one per interval", () =>
    transcript(
      { limit: 10, burst: 3 },
      `t=0 ask x3 -> now
       t=0 ask -> refused for 100
       t=99 ask -> refused for 1
       t=100 ask -> now
       t=100 ask -> refused for 100
       t=350 ask x2 -> now
       t=350 ask -> refused for 50`,
    ));

  it("saves up a burst as large as the limit unless told", () =>
    transcript(
      { limit: 4, per: "1s" },
      `t=0 ask x4 -> now
       t=0 ask -> refused for 250
       t=60000 ask x4 -> now
       t=60000 ask -> refused for 250`,
    ));

  it("with a burst of one spaces attempts evenly", () =>
    transcript(
      { limit: 5, burst: 1 },
      `t=0 ask -> now
       t=1 ask -> refused for 199
       t=200 ask -> now
       t=399 ask -> refused for 1
       t=401 ask -> now
       t=600 ask -> refused for 1
       t=601 ask -> now`,
    ));

  it("gives reservations one interval after the other, as far as the longest wait", () =>
    transcript(
      { limit: 10, burst: 1, maxWait: "250ms" },
      `t=0 ask -> now
       t=0 ask -> in 100
       t=0 ask -> in 200
       t=0 ask -> refused for 300
       t=50 ask -> in 250
       t=50 ask -> refused for 350`,
    ));

  it("hands the latest reservation on when it is given back", () =>
    transcript(
      { limit: 10, burst: 1, maxWait: "1s" },
      `t=0 ask -> now
       t=0 ask -> in 100
       t=0 ask -> in 200
       t=10 back 200 -> done
       t=20 ask -> in 180
       t=20 back 200 -> done
       t=20 back 100 -> done
       t=30 ask -> in 70`,
    ));

  it("does not hand on a reservation that others wait behind: two would go out together", () =>
    transcript(
      { limit: 10, burst: 1, maxWait: "1s" },
      `t=0 ask -> now
       t=0 ask -> in 100
       t=0 ask -> in 200
       t=10 back 100 -> done
       t=20 ask -> in 280`,
    ));

  it("does not drift: a third of a second is a third of a second after an hour", () => {
    const limiter = makeRateLimiter(resolved({ limit: 3, burst: 1, maxWait: "1s" }));
    let atMs = 0;
    for (let i = 0; i < 3 * 3600; i++) atMs += limiter.acquire(atMs);
    // The first one went out at 0.
    expect(atMs).toBeCloseTo(3_600_000 - 1000 / 3, 4);
  });
});

describe("sliding window", () => {
  const kind = "slidingWindow";
  it("lets no more than the limit out in any stretch of time", () =>
    transcript(
      { kind, limit: 3, per: "1s" },
      `t=0 ask -> now
       t=900 ask x2 -> now
       t=900 ask -> refused for 100
       t=1000 ask -> now
       t=1000 ask -> refused for 900
       t=1899 ask -> refused for 1
       t=1900 ask x2 -> now
       t=1900 ask -> refused for 100`,
    ));

  it("gives reservations for the moments in which earlier ones leave the window", () =>
    transcript(
      { kind, limit: 2, per: 100, maxWait: 150 },
      `t=0 ask -> now
       t=40 ask -> now
       t=50 ask -> in 50
       t=50 ask -> in 90
       t=50 ask -> in 150
       t=50 ask -> refused for 190`,
    ));

  it("hands only the latest reservation on when one is given back", () =>
    transcript(
      { kind, limit: 1, per: 100, maxWait: 1000 },
      `t=0 ask -> now
       t=0 ask -> in 100
       t=0 ask -> in 200
       t=10 back 100 -> done
       t=10 ask -> in 290
       t=10 back 300 -> done
       t=10 back 200 -> done
       t=20 ask -> in 180`,
    ));
});

it("refuses at once, per second, and saves up a limit's worth unless told", () => {
  expect(resolved({ limit: 7 })).toEqual({
    kind: "tokenBucket",
    limit: 7,
    perMs: 1000,
    burst: 7,
    maxWaitMs: 0,
  });
});
