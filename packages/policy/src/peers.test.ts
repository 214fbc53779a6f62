/**
 * Mistakes that well-known libraries make or made, each with the behaviour of the peer and ours. What is said
 * of cockatiel and opossum about stale results, idle windows, aborts and half-open was seen with cockatiel 3.2.1 and
 * opossum 9.0.0; the rest is as their users report it.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { circuitOptions } from "../test-support/breakers.ts";
import { engineSteps } from "../test-support/engine.ts";
import { breakerSteps, expectTranscript } from "../test-support/transcript.ts";
import { type Breaker, NO_PERMIT } from "./breaker.ts";
import { CircuitBreaker } from "./circuit-breaker/machine.ts";
import type { CircuitBreakerOptions } from "./circuit-breaker/options.ts";
import { InvalidOptionsError } from "./errors.ts";
import { resolvePolicy } from "./policy/resolve.ts";
import type { PolicyOptions } from "./types.ts";

const oneFailure: CircuitBreakerOptions = {
  window: { kind: "consecutive", failures: 1 },
  openFor: "50ms",
};

const make = (options: CircuitBreakerOptions) => new CircuitBreaker(circuitOptions(options));

function transcript(options: CircuitBreakerOptions, text: string): void {
  const resolved = circuitOptions(options);
  expectTranscript(breakerSteps((listener) => new CircuitBreaker(resolved, listener)).step, text);
}

function fail(breaker: Breaker, nowMs: number): void {
  breaker.record(breaker.acquire(nowMs), true, 1, nowMs);
}

describe("stale results", () => {
  it("cockatiel: a failure from before the opening re-opens, and the good trial is then ignored", () =>
    transcript(
      oneFailure,
      `t=0 acquire old -> permit
       t=1 call fail -> counted; circuitOpened at 1: 1 failure in a row
       t=60 acquire trial -> permit; circuitHalfOpened at 51: the open time has passed
       t=65 fail old -> stale
       t=70 ok trial -> counted; circuitClosed at 70: 1 of 1 trial succeeded`,
    ));

  it("opossum: a success from before the opening closes, while the trial hangs", () =>
    transcript(
      oneFailure,
      `t=0 acquire old -> permit
       t=1 call fail -> counted; circuitOpened at 1: 1 failure in a row
       t=70 acquire trial -> permit; circuitHalfOpened at 51: the open time has passed
       t=71 ok old -> stale
       t=71 state -> halfOpen, wake 30070
       t=72 acquire other -> trialsUnderWay`,
    ));
});

describe("a time window after an idle hour", () => {
  const sampled: CircuitBreakerOptions = {
    window: { kind: "time", size: "5s", buckets: 5 },
    failureRate: 0.5,
    minimumCalls: 5,
  };
  const HOUR_MS = 3_600_000;

  it("cockatiel: four failures, an idle hour and one failure open the circuit", () => {
    const breaker = make(sampled);
    for (let i = 0; i < 4; i++) fail(breaker, i);
    fail(breaker, HOUR_MS);
    expect([breaker.state, breaker.window.failures]).toEqual(["closed", 1]);
  });

  it("cockatiel: after 200 old successes it takes 201 failures to open, not 5", () => {
    const breaker = make(sampled);
    for (let i = 0; i < 200; i++) breaker.record(breaker.acquire(0), false, 1, 0);
    let failures = 0;
    for (; breaker.state === "closed" && failures < 500; failures++) {
      fail(breaker, HOUR_MS + 10 * failures);
    }
    expect(failures).toBe(5);
  });
});

describe("abort during backoff", () => {
  it("cockatiel: aborted after 50 of 400 ms, it settles at 400 ms and makes one more call", () => {
    const backoff = { kind: "constant", base: "400ms", jitter: "none" } as const;
    const { step, facts } = engineSteps({ idempotent: true, retry: { attempts: 2, backoff } });
    expectTranscript(
      step,
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> wait until 400
       t=50 cancel a -> cancelled after 1
       t=400 wake a -> cancelled after 1`,
    );
    expect(facts.filter(({ type }) => type === "attemptStarted")).toHaveLength(1);
    expect(facts.at(-1)).toMatchObject({ type: "callEnded", atMs: 50 });
  });
});

describe("half-open", () => {
  it("cockatiel: 500 callers wait behind the trial and all go out at once when it ends", () => {
    const breaker = make(oneFailure);
    fail(breaker, 0);
    const permits = Array.from({ length: 501 }, () => breaker.acquire(60));
    const out = permits.filter((permit) => permit !== NO_PERMIT);
    expect(out).toHaveLength(1);
    breaker.record(out[0] as number, false, 1, 80);
    // Nobody was parked: each of the 500 has been told no, at once.
    expect(permits.filter((permit) => permit === NO_PERMIT)).toHaveLength(500);
  });

  it("cockatiel and opossum: with a hung trial nobody is let through, for ever", () =>
    transcript(
      { ...oneFailure, halfOpen: { deadline: "1s" } },
      `t=0 call fail -> counted; circuitOpened at 0: 1 failure in a row
       t=60 acquire hung -> permit; circuitHalfOpened at 50: the open time has passed
       t=1059 acquire a -> trialsUnderWay
       t=1060 acquire b -> circuitOpen 50; circuitOpened at 1060: trials were not answered in time
       t=1110 call ok -> counted; circuitHalfOpened at 1110: the open time has passed; circuitClosed at 1110: 1 of 1 trial succeeded
       t=9999 ok hung -> stale`,
    ));

  it("resilience4j and Polly: more trials than permitted went out under load", () => {
    const breaker = make({ ...oneFailure, halfOpen: { trials: 3 } });
    fail(breaker, 0);
    let out = 0;
    for (let i = 0; i < 1000; i++) if (breaker.acquire(60) !== NO_PERMIT) out++;
    expect(out).toBe(3);
  });

  it("some: a cancelled trial keeps its place, and the circuit is stuck", () => {
    const { step } = engineSteps({ circuitBreaker: oneFailure });
    expectTranscript(
      step,
      `t=0 start a -> attempt 1 until Infinity
       t=0 answer a 1 fail -> failed after 1
       t=60 start b -> attempt 1 until Infinity
       t=61 cancel b -> cancelled after 1
       t=62 start c -> attempt 1 until Infinity
       t=63 answer c 1 ok -> ok after 1`,
    );
  });

  it("some: the open time never grows, so a dead dependency is tried as often as a restarting one", () => {
    const breaker = make({ ...oneFailure, openFor: { base: "1s", factor: 2, cap: "10s" } });
    const waits: number[] = [];
    for (let nowMs = 0; waits.length < 6; nowMs = breaker.wakeAtMs) {
      fail(breaker, nowMs);
      waits.push(breaker.wakeAtMs - nowMs);
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});

describe("attempts under way", () => {
  it("opossum: with 30 calls in flight, 20 failures of 20 answers do not open a 50 % breaker", () => {
    const breaker = make({ failureRate: 0.5, minimumCalls: 20 });
    for (let i = 0; i < 30; i++) breaker.acquire(0);
    let failures = 0;
    for (; breaker.state === "closed" && failures < 100; failures++) fail(breaker, failures);
    expect(failures).toBe(20);
  });
});

describe("the cost of a failure", () => {
  /** Median milliseconds of 2,000 failures in a window that holds `size` results already. */
  function cost(options: CircuitBreakerOptions, size: number): number {
    const breaker = make({ ...options, failureRate: 1, minimumCalls: 1 });
    const permit = breaker.acquire(0);
    for (let i = 0; i < size; i++) breaker.record(permit, i % 2 === 1, 5, i / size);
    const samples: number[] = [];
    for (let i = 0; i < 21; i++) {
      const start = performance.now();
      for (let j = 0; j < 2000; j++) breaker.record(permit, j % 2 === 1, 5, 2);
      samples.push(performance.now() - start);
    }
    expect(breaker.state).toBe("closed");
    return samples.sort((a, b) => a - b)[10] as number;
  }

  it.each(["count", "time"] as const)(
    "opossum sorts its whole window on each failure; the same cost in a %s window however full",
    (kind) => {
      const window = (size: number): CircuitBreakerOptions => ({
        window: kind === "count" ? { kind, size } : { kind, size: "1h" },
      });
      cost(window(100), 100);
      expect(cost(window(100_000), 100_000) / cost(window(100), 100)).toBeLessThan(5);
    },
  );
});

describe("attempts", () => {
  it("cockatiel: maxAttempts 2 makes 3 calls", () => {
    const backoff = { kind: "constant", base: 0 } as const;
    const { step } = engineSteps({ idempotent: true, retry: { attempts: 2, backoff } });
    expectTranscript(
      step,
      `t=0 start a -> attempt 1 until Infinity
       t=1 answer a 1 fail -> attempt 2 until Infinity
       t=2 answer a 2 fail -> failed after 2`,
    );
  });

  it("cockatiel: without a number it tries for ever; here the number must be given", () => {
    const endless = { idempotent: true, retry: {} } as unknown as PolicyOptions;
    expect(() => resolvePolicy(endless)).toThrow(InvalidOptionsError);
    expect(() => resolvePolicy(endless)).toThrow("retry.attempts");
  });
});

describe("clocks", () => {
  afterEach(() => vi.restoreAllMocks());

  it("cockatiel and opossum: a step of the wall clock moves the breaker; here nobody looks at it", () => {
    const wallClock = vi.spyOn(Date, "now").mockReturnValue(4e12);
    const monotonic = vi.spyOn(performance, "now").mockReturnValue(4e12);
    transcript(
      oneFailure,
      `t=0 call fail -> counted; circuitOpened at 0: 1 failure in a row
       t=49 acquire a -> circuitOpen 1
       t=50 acquire b -> permit; circuitHalfOpened at 50: the open time has passed`,
    );
    expect(wallClock).not.toHaveBeenCalled();
    expect(monotonic).not.toHaveBeenCalled();
  });
});
