import { describe, it } from "vitest";
import { circuitOptions } from "../../test-support/breakers.ts";
import { breakerSteps, expectTranscript } from "../../test-support/transcript.ts";
import { CircuitBreaker } from "./machine.ts";
import type { CircuitBreakerOptions, HalfOpenOptions } from "./options.ts";

/** Opens at t=0 for a second and half-opens at t=1000; the transcript goes on from there. */
function transcript(halfOpen: HalfOpenOptions, text: string, more: CircuitBreakerOptions = {}) {
  const options = circuitOptions({
    window: { kind: "consecutive", failures: 1 },
    openFor: "1s",
    halfOpen,
    ...more,
  });
  const { breaker, step } = breakerSteps((listener) => new CircuitBreaker(options, listener));
  // One failure opens a consecutive window of 1, two fill a count window of 2.
  for (let i = 0; i < 2; i++) breaker.record(breaker.acquire(0), true, 1, 0);
  breaker.advance(1000);
  expectTranscript(step, text);
}

const rates: CircuitBreakerOptions = {
  window: { kind: "count", size: 2 },
  failureRate: 0.5,
  slowerThan: "100ms",
  slowRate: 0.5,
};

describe("half-open circuit", () => {
  it("lets as many trials out as permitted, and no more", () =>
    transcript(
      { trials: 2 },
      `t=1000 acquire a -> permit
       t=1001 acquire b -> permit
       t=1002 acquire c -> trialsUnderWay
       t=1003 ok a -> counted
       t=1004 acquire d -> trialsUnderWay
       t=1005 ok b -> counted; circuitClosed at 1005: 2 of 2 trials succeeded
       t=1006 acquire e -> permit`,
    ));

  it("re-opens at the first failed trial after a consecutive window", () =>
    transcript(
      { trials: 3 },
      `t=1000 acquire a -> permit
       t=1000 acquire b -> permit
       t=1001 fail b -> counted; circuitOpened at 1001: 1 of 3 trials failed
       t=1002 ok a -> stale
       t=1003 state -> open, wake 2001`,
    ));

  it("decides as soon as the trials still out cannot change the decision", () =>
    transcript(
      { trials: 5, failureRate: 0.4 },
      `t=1000 call ok x3 -> counted
       t=1001 acquire a -> permit
       t=1002 ok a -> counted; circuitClosed at 1002: 4 of 5 trials succeeded`,
    ));

  it("re-opens when the share of failed trials reaches the limit", () =>
    transcript(
      { trials: 5, failureRate: 0.4 },
      `t=1000 call fail -> counted
       t=1001 call ok x2 -> counted
       t=1002 call fail -> counted; circuitOpened at 1002: 2 of 5 trials failed`,
    ));

  it("takes a limit of 7 % at its word: 7 of 100 trials", () =>
    transcript(
      { trials: 100, failureRate: 0.07 },
      `t=1000 call fail x6 -> counted
       t=1001 call fail -> counted; circuitOpened at 1001: 7 of 100 trials failed`,
    ));

  it("judges trials by the breaker's own failure rate when they have none", () =>
    transcript(
      { trials: 4 },
      `t=1000 call fail -> counted
       t=1001 call fail -> counted; circuitOpened at 1001: 2 of 4 trials failed`,
      rates,
    ));

  it("judges slow trials", () =>
    transcript(
      { trials: 4 },
      `t=1000 call ok x1 101 -> counted
       t=1001 call ok x1 100 -> counted
       t=1002 call ok x1 101 -> counted; circuitOpened at 1002: 2 of 4 trials were slow`,
      rates,
    ));

  it("re-opens when its trials hang, at the due moment", () =>
    transcript(
      { trials: 1, deadline: "500ms" },
      `t=1200 acquire a -> permit
       t=1200 state -> halfOpen, wake 1700
       t=1699 acquire b -> trialsUnderWay
       t=1700 acquire c -> circuitOpen 1000; circuitOpened at 1700: trials were not answered in time
       t=1701 ok a -> stale
       t=2700 acquire d -> permit; circuitHalfOpened at 2700: the open time has passed`,
    ));

  it("makes every change that was due, each at its own moment", () =>
    transcript(
      { trials: 1, deadline: "500ms" },
      `t=1200 acquire a -> permit
       t=99999 advance -> done; circuitOpened at 1700: trials were not answered in time; circuitHalfOpened at 2700: the open time has passed`,
    ));

  it("waits for rare callers: nothing is overdue while no trial is out", () =>
    transcript(
      { trials: 3, deadline: "500ms" },
      `t=1000 acquire a -> permit
       t=1100 ok a -> counted
       t=1100 state -> halfOpen, wake Infinity
       t=9000 acquire b -> permit
       t=9100 ok b -> counted
       t=20000 acquire c -> permit
       t=20100 ok c -> counted; circuitClosed at 20100: 3 of 3 trials succeeded`,
    ));

  it("measures the deadline from the first of the trials that are out", () =>
    transcript(
      { trials: 3, deadline: "500ms" },
      `t=1000 acquire a -> permit
       t=1300 acquire b -> permit
       t=1400 ok b -> counted
       t=1400 state -> halfOpen, wake 1500
       t=1500 advance -> done; circuitOpened at 1500: trials were not answered in time`,
    ));

  it("lets another trial out when one is given back", () =>
    transcript(
      { trials: 1, deadline: "500ms" },
      `t=1000 acquire a -> permit
       t=1001 acquire b -> trialsUnderWay
       t=1002 release a -> released
       t=1002 state -> halfOpen, wake Infinity
       t=1003 release a -> released
       t=2000 acquire c -> permit
       t=2001 acquire d -> trialsUnderWay
       t=2002 ok c -> counted; circuitClosed at 2002: 1 of 1 trial succeeded`,
    ));

  it("does not count a trial twice", () =>
    transcript(
      { trials: 3, failureRate: 1 },
      `t=1000 acquire a -> permit
       t=1001 fail a -> counted
       t=1002 fail a -> counted
       t=1003 fail a -> counted
       t=1004 state -> halfOpen, wake Infinity`,
    ));

  it("can be isolated and reset", () =>
    transcript(
      { trials: 1 },
      `t=1000 acquire a -> permit
       t=1001 isolate -> done; circuitIsolated at 1001: isolated by hand
       t=99999 ok a -> stale
       t=99999 state -> isolated, wake Infinity
       t=99999 reset -> done; circuitClosed at 99999: reset by hand
       t=99999 call fail -> counted; circuitOpened at 99999: 1 failure in a row
       t=99999 state -> open, wake 100999`,
    ));
});
