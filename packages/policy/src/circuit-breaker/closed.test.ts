import { describe, expect, it } from "vitest";
import { circuitOptions } from "../../test-support/breakers.ts";
import { breakerSteps, expectTranscript } from "../../test-support/transcript.ts";
import { CircuitBreaker } from "./machine.ts";
import type { CircuitBreakerOptions } from "./options.ts";

function transcript(options: CircuitBreakerOptions, text: string): void {
  const resolved = circuitOptions(options);
  expectTranscript(breakerSteps((listener) => new CircuitBreaker(resolved, listener)).step, text);
}

describe("closed circuit", () => {
  it("opens at the fifth failure in a row", () =>
    transcript(
      { window: { kind: "consecutive" } },
      `t=0 call fail x4 -> counted
       t=10 state -> closed, wake Infinity
       t=20 call fail -> counted; circuitOpened at 20: 5 failures in a row
       t=20 state -> open, wake 10020`,
    ));

  it("starts counting again after a success with a consecutive window", () =>
    transcript(
      { window: { kind: "consecutive", failures: 3 } },
      `t=0 call fail x2 -> counted
       t=1 call ok -> counted
       t=2 call fail x2 -> counted
       t=3 state -> closed, wake Infinity
       t=4 call fail -> counted; circuitOpened at 4: 3 failures in a row`,
    ));

  it("judges no rate below the minimum of calls", () =>
    transcript(
      { window: { kind: "count", size: 10 }, minimumCalls: 4, failureRate: 0.5 },
      `t=0 call fail x3 -> counted
       t=1 state -> closed, wake Infinity
       t=2 call fail -> counted; circuitOpened at 2: 4 of 4 attempts failed (limit 50 %)`,
    ));

  it("opens when the share reaches the limit exactly", () =>
    transcript(
      { window: { kind: "count", size: 4 }, minimumCalls: 4, failureRate: 0.5 },
      `t=0 call ok x3 -> counted
       t=1 call fail -> counted
       t=2 call fail -> counted; circuitOpened at 2: 2 of 4 attempts failed (limit 50 %)`,
    ));

  it("takes a limit of 7 % at its word: 7 of 100, although 0.07 * 100 is more than 7", () =>
    transcript(
      { window: { kind: "count", size: 100 }, minimumCalls: 100, failureRate: 0.07 },
      `t=0 call ok x93 -> counted
       t=1 call fail x6 -> counted
       t=2 call fail -> counted; circuitOpened at 2: 7 of 100 attempts failed (limit 7 %)`,
    ));

  it("forgets what has left a count window", () =>
    transcript(
      { window: { kind: "count", size: 4 }, minimumCalls: 4, failureRate: 0.75 },
      `t=0 call fail x2 -> counted
       t=1 call ok x2 -> counted
       t=2 call ok x2 -> counted
       t=3 call fail x2 -> counted
       t=4 state -> closed, wake Infinity
       t=5 call fail -> counted; circuitOpened at 5: 3 of 4 attempts failed (limit 75 %)`,
    ));

  it("forgets what has left a time window", () =>
    transcript(
      { window: { kind: "time", size: "1s", buckets: 10 }, minimumCalls: 2, failureRate: 1 },
      `t=0 call fail -> counted
       t=1000 call fail -> counted
       t=1999 state -> closed, wake Infinity
       t=1999 call fail -> counted; circuitOpened at 1999: 2 of 2 attempts failed (limit 100 %)`,
    ));

  it("opens on slow attempts, and slow is longer than slowerThan", () =>
    transcript(
      {
        window: { kind: "count", size: 4 },
        minimumCalls: 4,
        failureRate: 1,
        slowerThan: "200ms",
        slowRate: 0.5,
      },
      `t=0 call ok x2 200 -> counted
       t=1 call ok x1 201 -> counted
       t=2 call fail x1 500 -> counted; circuitOpened at 2: 2 of 4 attempts were slow (limit 50 %)`,
    ));

  it("counts nothing for a permit that is given back", () =>
    transcript(
      { window: { kind: "consecutive", failures: 1 } },
      `t=0 acquire a -> permit
       t=1 release a -> released
       t=2 state -> closed, wake Infinity`,
    ));

  it("counts only answers: an attempt under way is neither good nor bad", () => {
    const options = circuitOptions({ window: { kind: "count", size: 50 }, minimumCalls: 20 });
    const breaker = new CircuitBreaker(options);
    for (let i = 0; i < 30; i++) breaker.acquire(0);
    expect(breaker.window.calls).toBe(0);
  });

  it("forgets everything when it is reset", () =>
    transcript(
      { window: { kind: "count", size: 10 }, minimumCalls: 4 },
      `t=0 call fail x3 -> counted
       t=1 acquire a -> permit
       t=2 reset -> done; circuitClosed at 2: reset by hand
       t=3 fail a -> stale
       t=4 call fail x3 -> counted
       t=5 state -> closed, wake Infinity`,
    ));

  it("lets nothing out while isolated, until it is reset", () =>
    transcript(
      {},
      `t=0 acquire a -> permit
       t=1 isolate -> done; circuitIsolated at 1: isolated by hand
       t=2 acquire b -> circuitIsolated
       t=3 ok a -> stale
       t=9e9 acquire c -> circuitIsolated
       t=9e9 state -> isolated, wake Infinity
       t=9e9 reset -> done; circuitClosed at 9000000000: reset by hand
       t=9e9 acquire d -> permit`,
    ));
});
