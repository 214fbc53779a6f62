import { describe, expect, it } from "vitest";
import { probationOptions } from "../../test-support/breakers.ts";
import { breakerSteps, expectTranscript } from "../../test-support/transcript.ts";
import { ProbationBreaker } from "./machine.ts";
import type { ProbationBreakerOptions } from "./options.ts";

/** Probation of 5 s, opens at 3 in a row or at half of 6 and more, open for 10 s. */
const usual: ProbationBreakerOptions = { failures: 3, minimumCalls: 6 };

function transcript(text: string, options: ProbationBreakerOptions = {}): void {
  const resolved = probationOptions({ ...usual, ...options });
  expectTranscript(breakerSteps((listener) => new ProbationBreaker(resolved, listener)).step, text);
}

describe("the table that the machine was made from", () => {
  it("row 1: closed, success -> closed", () =>
    transcript(`
      t=0 call ok x100 -> counted
      t=1 state -> closed, wake Infinity`));

  it("row 2: closed, first error -> half, the probation's time begins", () =>
    transcript(`
      t=100 call fail -> counted; circuitHalfOpened at 100: first failure
      t=101 state -> halfOpen, wake Infinity
      t=5099 call ok -> counted
      t=5100 call ok -> counted; circuitClosed at 5100: a success after the probation`));

  it("row 3: half, success within its time -> half", () =>
    transcript(`
      t=0 call fail -> counted; circuitHalfOpened at 0: first failure
      t=1 call ok x50 -> counted
      t=4999 state -> halfOpen, wake Infinity`));

  it("row 4: half, success after its time -> closed", () =>
    transcript(`
      t=0 call fail -> counted; circuitHalfOpened at 0: first failure
      t=5000 state -> halfOpen, wake Infinity
      t=60000 call ok -> counted; circuitClosed at 60000: a success after the probation`));

  it("row 5: half, errors in a row or their share too many -> open, its time begins", () => {
    transcript(`
      t=0 call fail -> counted; circuitHalfOpened at 0: first failure
      t=1 call fail -> counted
      t=2 call fail -> counted; circuitOpened at 2: 3 failures in a row on probation
      t=10001 acquire a -> circuitOpen 1
      t=10002 acquire b -> permit`);
    transcript(`
      t=0 call fail -> counted; circuitHalfOpened at 0: first failure
      t=1 call fail -> counted
      t=2 call ok -> counted
      t=3 call ok x2 -> counted
      t=4 call fail -> counted; circuitOpened at 4: 3 of 6 attempts failed on probation (limit 50 %)`);
  });

  it("row 6: open, within its time -> refused", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure; circuitOpened at 0: 1 failure in a row on probation
       t=0 acquire a -> circuitOpen 10000
       t=9999 acquire b -> circuitOpen 1`,
      { failures: 1 },
    ));

  it("row 7: open, error after its time -> open, its time starts over", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure; circuitOpened at 0: 1 failure in a row on probation
       t=12000 acquire a -> permit
       t=12100 fail a -> counted; circuitOpened at 12100: the trial failed
       t=22099 acquire b -> circuitOpen 1
       t=22100 acquire c -> permit`,
      { failures: 1 },
    ));

  it("row 8: open, success after its time -> half, the probation's time begins", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure; circuitOpened at 0: 1 failure in a row on probation
       t=12000 acquire a -> permit
       t=12100 ok a -> counted; circuitHalfOpened at 12100: the trial succeeded
       t=17099 call ok -> counted
       t=17100 call ok -> counted; circuitClosed at 17100: a success after the probation`,
      { failures: 1 },
    ));
});

describe("probation breaker", () => {
  it("begins a new probation at an error after the old one, with no success in between", () =>
    transcript(`
      t=0 call fail x2 -> counted; circuitHalfOpened at 0: first failure
      t=5000 call fail -> counted; circuitHalfOpened at 5000: first failure
      t=9999 call fail -> counted
      t=10000 state -> halfOpen, wake Infinity
      t=10000 call ok -> counted; circuitClosed at 10000: a success after the probation`));

  it("does not open on a success, whatever the share: that would be against row 3", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure
       t=1 call ok -> counted
       t=2 call fail -> counted
       t=3 call ok -> counted
       t=4 call fail -> counted; circuitOpened at 4: 3 of 5 attempts failed on probation (limit 50 %)`,
      { failures: 9, minimumCalls: 4 },
    ));

  it("takes a share of 7 % at its word: 7 of 100, although 0.07 * 100 is more than 7", () =>
    transcript(
      `t=0 call fail x6 -> counted; circuitHalfOpened at 0: first failure
       t=1 call ok x93 -> counted
       t=2 call fail -> counted; circuitOpened at 2: 7 of 100 attempts failed on probation (limit 7 %)`,
      { failures: 9, minimumCalls: 100, failureRate: 0.07 },
    ));

  it("lets one trial out at a time", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure; circuitOpened at 0: 1 failure in a row on probation
       t=10000 acquire a -> permit
       t=10001 acquire b -> trialsUnderWay
       t=10002 release a -> released
       t=10002 state -> open, wake Infinity
       t=10003 acquire c -> permit
       t=10003 state -> open, wake 40003`,
      { failures: 1 },
    ));

  it("opens for another time when the trial hangs, at the due moment", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure; circuitOpened at 0: 1 failure in a row on probation
       t=10000 acquire a -> permit
       t=50000 acquire b -> permit; circuitOpened at 40000: the trial was not answered in time
       t=50001 ok a -> stale
       t=50002 ok b -> counted; circuitHalfOpened at 50002: the trial succeeded`,
      { failures: 1 },
    ));

  it("ignores results of attempts that went out before the circuit opened", () =>
    transcript(`
      t=0 acquire late-ok -> permit
      t=0 acquire late-fail -> permit
      t=1 call fail x3 -> counted; circuitHalfOpened at 1: first failure; circuitOpened at 1: 3 failures in a row on probation
      t=10001 acquire trial -> permit
      t=10002 ok late-ok -> stale
      t=10003 fail late-fail -> stale
      t=10003 release late-ok -> released
      t=10004 acquire another -> trialsUnderWay
      t=10005 ok trial -> counted; circuitHalfOpened at 10005: the trial succeeded`));

  it("takes an attempt that began closed as evidence in the probation", () =>
    transcript(`
      t=0 acquire a -> permit
      t=0 acquire b -> permit
      t=1 call fail -> counted; circuitHalfOpened at 1: first failure
      t=2 fail a -> counted
      t=3 fail b -> counted; circuitOpened at 3: 3 failures in a row on probation`));

  it("does not count a trial twice", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure; circuitOpened at 0: 1 failure in a row on probation
       t=10000 acquire a -> permit
       t=10001 release a -> released
       t=10002 ok a -> counted
       t=10003 state -> open, wake Infinity`,
      { failures: 1 },
    ));

  it("can be isolated and reset", () =>
    transcript(`
      t=0 call fail x2 -> counted; circuitHalfOpened at 0: first failure
      t=1 acquire a -> permit
      t=2 isolate -> done; circuitIsolated at 2: isolated by hand
      t=3 acquire b -> circuitIsolated
      t=4 fail a -> stale
      t=9 reset -> done; circuitClosed at 9: reset by hand
      t=10 call fail -> counted; circuitHalfOpened at 10: first failure
      t=11 call fail -> counted
      t=12 state -> halfOpen, wake Infinity`));

  it("can be isolated while its trial is out", () =>
    transcript(
      `t=0 call fail -> counted; circuitHalfOpened at 0: first failure; circuitOpened at 0: 1 failure in a row on probation
       t=10000 acquire a -> permit
       t=10001 isolate -> done; circuitIsolated at 10001: isolated by hand
       t=90000 ok a -> stale
       t=90000 state -> isolated, wake Infinity
       t=90000 reset -> done; circuitClosed at 90000: reset by hand
       t=90000 acquire b -> permit`,
      { failures: 1 },
    ));

  it("works without a listener", () => {
    const breaker = new ProbationBreaker(probationOptions(usual));
    breaker.record(breaker.acquire(0), true, 1, 0);
    expect(breaker.state).toBe("halfOpen");
  });
});

it("opens by hand as by its own judgement, closed or on probation", () => {
  const breaker = new ProbationBreaker(probationOptions(usual));
  breaker.record(breaker.acquire(0), true, 1, 0);
  breaker.open(10, "others say so");
  expect(breaker.refusal(10)).toEqual({ reason: "circuitOpen", retryAfterMs: 10_000 });
  breaker.open(5000, "again");
  expect(breaker.refusal(5000)).toEqual({ reason: "circuitOpen", retryAfterMs: 5010 });
  breaker.reset(6000);
  breaker.open(6000, "closed");
  expect(breaker.state).toBe("open");
});
