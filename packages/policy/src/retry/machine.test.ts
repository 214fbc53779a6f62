import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holds } from "../../test-support/properties.ts";
import { resolvePolicy } from "../policy/resolve.ts";
import { GIVE_UP, type ResolvedRetry, retryDelay } from "./machine.ts";
import type { BackoffOptions, RetryOptions } from "./options.ts";

const NOTHING_ASKED = -1;
const ALMOST_ONE = 1 - 2 ** -53;

function resolved(backoff: BackoffOptions, more: Partial<RetryOptions> = {}): ResolvedRetry {
  const policy = resolvePolicy({ idempotent: true, retry: { attempts: 5, backoff, ...more } });
  return policy.retry as ResolvedRetry;
}

/** The first delays, before jitter. */
function delays(backoff: BackoffOptions, count: number): number[] {
  const retry = resolved({ jitter: "none", ...backoff });
  return Array.from({ length: count }, (_, n) => retryDelay(retry, n + 1, 0, 0.7, NOTHING_ASKED));
}

/** The mean of many evenly spread draws: the mean of the distribution, without luck. */
function mean(retry: ResolvedRetry, failures: number, previousMs: number): number {
  const draws = 10_000;
  let sum = 0;
  for (let i = 0; i < draws; i++) {
    sum += retryDelay(retry, failures, previousMs, (i + 0.5) / draws, NOTHING_ASKED);
  }
  return sum / draws;
}

describe("backoff without jitter", () => {
  it("constant: base", () =>
    expect(delays({ kind: "constant", base: 70 }, 4)).toEqual([70, 70, 70, 70]));

  it("linear: base x n", () =>
    expect(delays({ kind: "linear", base: 70 }, 4)).toEqual([70, 140, 210, 280]));

  it("exponential: base x factor^(n - 1), factor 2 unless set", () => {
    expect(delays({ base: 10 }, 5)).toEqual([10, 20, 40, 80, 160]);
    expect(delays({ base: 10, factor: 3 }, 4)).toEqual([10, 30, 90, 270]);
    expect(delays({ base: 10, factor: 1 }, 3)).toEqual([10, 10, 10]);
  });

  it("is never longer than the cap", () => {
    expect(delays({ base: 10, cap: 45 }, 5)).toEqual([10, 20, 40, 45, 45]);
    expect(delays({ kind: "linear", base: 10, cap: 25 }, 3)).toEqual([10, 20, 25]);
    expect(delays({ kind: "constant", base: 10, cap: 10 }, 2)).toEqual([10, 10]);
  });

  it("with base 0 tries again at once, however many tries there were", () => {
    const retry = resolved({ base: 0 });
    expect(retryDelay(retry, 5000, 0, 0.9, NOTHING_ASKED)).toBe(0);
  });

  it("reaches the cap, not infinity, after very many tries", () => {
    const retry = resolved({ base: 10, cap: "1min", jitter: "none" });
    expect(retryDelay(retry, 5000, 0, 0, NOTHING_ASKED)).toBe(60_000);
  });
});

describe("jitter, as in Exponential Backoff And Jitter", () => {
  const base = 100;
  const cap = 1000;
  // temp = min(cap, base x 2^attempt), attempt counted from 0
  const temp = (failures: number) => Math.min(cap, base * 2 ** (failures - 1));

  it.each([1, 2, 3, 4, 5, 6])("full: uniform between 0 and temp, after %i failures", (failures) => {
    const retry = resolved({ base, cap, jitter: "full" });
    expect(retryDelay(retry, failures, 0, 0, NOTHING_ASKED)).toBe(0);
    expect(retryDelay(retry, failures, 0, 0.25, NOTHING_ASKED)).toBe(temp(failures) / 4);
    expect(retryDelay(retry, failures, 0, ALMOST_ONE, NOTHING_ASKED)).toBeCloseTo(temp(failures));
    expect(mean(retry, failures, 0)).toBeCloseTo(temp(failures) / 2, 6);
  });

  it.each([1, 2, 3, 4, 5, 6])("equal: temp / 2 + uniform(0, temp / 2), after %i failures", (n) => {
    const retry = resolved({ base, cap, jitter: "equal" });
    expect(retryDelay(retry, n, 0, 0, NOTHING_ASKED)).toBe(temp(n) / 2);
    expect(retryDelay(retry, n, 0, 0.5, NOTHING_ASKED)).toBe((temp(n) * 3) / 4);
    expect(retryDelay(retry, n, 0, ALMOST_ONE, NOTHING_ASKED)).toBeCloseTo(temp(n));
    expect(mean(retry, n, 0)).toBeCloseTo((temp(n) * 3) / 4, 6);
  });

  it.each([100, 150, 300, 600, 1000])("decorrelated: min(cap, uniform(base, 3 x %i))", (sleep) => {
    const retry = resolved({ kind: "decorrelated", base, cap });
    for (const uniform of [0, 0.1, 0.5, 0.9, ALMOST_ONE]) {
      const expected = Math.min(cap, base + uniform * (3 * sleep - base));
      expect(retryDelay(retry, 1, sleep, uniform, NOTHING_ASKED)).toBeCloseTo(expected, 9);
    }
    // Mean of min(cap, X), X uniform on [base, 3 x sleep]: what exceeds the cap piles up at the cap.
    const to = 3 * sleep;
    const within = Math.min(cap, to);
    const share = (within - base) / (to - base);
    const expected = (share * (base + within)) / 2 + (1 - share) * cap;
    expect(mean(retry, 1, sleep)).toBeCloseTo(expected, 1);
  });

  it("decorrelated is a jitter of exponential backoff too, with factor 3 unless set", () => {
    const retry = resolved({ jitter: "decorrelated", base, cap });
    expect(retry.factor).toBe(3);
    expect(retryDelay(retry, 9, 200, 0.5, NOTHING_ASKED)).toBe(350);
    const doubled = resolved({ jitter: "decorrelated", base, cap, factor: 2 });
    expect(retryDelay(doubled, 9, 200, 0.5, NOTHING_ASKED)).toBe(250);
  });

  it("decorrelated begins with the base when the delay before was shorter", () => {
    const retry = resolved({ kind: "decorrelated", base, cap });
    expect(retryDelay(retry, 1, 0, 0.9, NOTHING_ASKED)).toBe(100);
  });
});

describe("a delay that the server asks for", () => {
  const retry = resolved({ kind: "constant", base: 100, jitter: "none" });

  it("is waited for when it is longer", () => {
    expect(retryDelay(retry, 1, 0, 0, 2000)).toBe(2000);
    expect(retryDelay(retry, 1, 0, 0, 50)).toBe(100);
    expect(retryDelay(retry, 1, 0, 0, 0)).toBe(100);
  });

  it("may be longer than the cap of the backoff, up to its own", () => {
    expect(retryDelay(retry, 1, 0, 0, 60_000)).toBe(60_000);
    expect(retryDelay(retry, 1, 0, 0, 60_001)).toBe(GIVE_UP);
  });

  it("is not looked at when told so", () => {
    const deaf = resolved(
      { kind: "constant", base: 100, jitter: "none" },
      { serverDelay: "ignore" },
    );
    expect(retryDelay(deaf, 1, 0, 0, 999_999)).toBe(100);
  });
});

describe("retry", () => {
  const anyRetry: fc.Arbitrary<ResolvedRetry> = fc.record({
    attempts: fc.constant(3),
    kind: fc.constantFrom("constant", "linear", "exponential", "decorrelated"),
    baseMs: fc.integer({ min: 0, max: 500 }),
    capMs: fc.integer({ min: 0, max: 2000 }),
    factor: fc.constantFrom(1, 1.5, 2, 3, 100),
    jitter: fc.constantFrom("none", "full", "equal", "decorrelated"),
    respectServerDelay: fc.boolean(),
    serverDelayCapMs: fc.integer({ min: 0, max: 5000 }),
  });
  const anyUniform = fc.nat(2 ** 20 - 1).map((n) => n / 2 ** 20);

  it("invariant 2: no delay is negative, or longer than the cap unless the server asked for it", () =>
    holds(
      fc.property(
        anyRetry,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 5000 }),
        anyUniform,
        fc.integer({ min: -1, max: 6000 }),
        (retry, failures, previousMs, uniform, serverMs) => {
          const delayMs = retryDelay(retry, failures, previousMs, uniform, serverMs);
          if (delayMs === GIVE_UP && serverMs > retry.serverDelayCapMs) return;
          const asked = retry.respectServerDelay && serverMs <= retry.serverDelayCapMs;
          const most = asked ? Math.max(retry.capMs, serverMs) : retry.capMs;
          if (!(delayMs >= 0 && delayMs <= most)) expect.fail(`${delayMs} ms`);
          if (asked && delayMs < serverMs) expect.fail("knocks before the server is ready");
        },
      ),
    ));

  it("waits longer for a larger random number, never shorter", () =>
    holds(
      fc.property(
        anyRetry,
        fc.integer({ min: 1, max: 20 }),
        anyUniform,
        anyUniform,
        (retry, n, a, b) => {
          const delay = (uniform: number) => retryDelay(retry, n, 100, uniform, NOTHING_ASKED);
          if (delay(Math.min(a, b)) > delay(Math.max(a, b))) expect.fail("not monotonous");
        },
      ),
    ));
});
