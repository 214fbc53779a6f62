import { describe, expect, it } from "vitest";
import { circuitOptions } from "../../test-support/breakers.ts";
import { breakerSteps, expectTranscript } from "../../test-support/transcript.ts";
import type { CircuitFact } from "../breaker.ts";
import { CircuitBreaker } from "./machine.ts";
import type { CircuitBreakerOptions } from "./options.ts";

const base: CircuitBreakerOptions = {
  window: { kind: "count", size: 10 },
  minimumCalls: 1,
  openFor: "1s",
  recovery: { steps: [0.25, 0.5, 1], stepFor: "2s", minimumCalls: 2 },
};

/** Opens at t=0 for a second; one good trial at t=1000 begins the recovery, and the transcript goes on from there. */
function transcript(text: string, given: CircuitBreakerOptions = base): void {
  const options = circuitOptions(given);
  const { breaker, step } = breakerSteps((listener) => new CircuitBreaker(options, listener));
  breaker.record(breaker.acquire(0), true, 1, 0);
  breaker.record(breaker.acquire(1000), false, 1, 1000);
  expectTranscript(step, text);
}

describe("a recovering circuit", () => {
  it("can be opened by hand, for attempts go out", () => {
    const breaker = new CircuitBreaker(circuitOptions(base));
    breaker.record(breaker.acquire(0), true, 1, 0);
    breaker.record(breaker.acquire(1000), false, 1, 1000);
    breaker.open(1500, "others say so");
    expect([breaker.state, breaker.wakeAtMs, breaker.openings]).toEqual(["open", 2500, 2]);
  });

  it("begins with good trials, and lets out a growing share until it closes", () => {
    const facts: CircuitFact[] = [];
    const breaker = new CircuitBreaker(circuitOptions(base), (fact) => facts.push(fact));
    breaker.record(breaker.acquire(0), true, 1, 0);
    breaker.record(breaker.acquire(1000), false, 1, 1000);
    const shares = [1000, 3000, 5000, 7000].map((atMs) => {
      breaker.advance(atMs);
      return [breaker.state, breaker.share, breaker.wakeAtMs];
    });
    expect(shares).toEqual([
      ["halfOpen", 0.25, 3000],
      ["halfOpen", 0.5, 5000],
      ["halfOpen", 1, 7000],
      ["closed", 1, Number.POSITIVE_INFINITY],
    ]);
    expect(facts.slice(2)).toEqual([
      {
        type: "circuitRamped",
        atMs: 1000,
        from: "halfOpen",
        reason: "1 of 1 trial succeeded",
        share: 0.25,
      },
      {
        type: "circuitRamped",
        atMs: 3000,
        from: "halfOpen",
        reason: "the step of 25 % has passed",
        share: 0.5,
      },
      {
        type: "circuitRamped",
        atMs: 5000,
        from: "halfOpen",
        reason: "the step of 50 % has passed",
        share: 1,
      },
      {
        type: "circuitClosed",
        atMs: 7000,
        from: "halfOpen",
        reason: "the step of 100 % has passed",
      },
    ]);
  });

  it("spreads the share evenly, the first attempt of a step among it", () =>
    transcript(
      `t=1001 acquire a -> permit
       t=1002 acquire b -> circuitRecovering
       t=1003 acquire c -> circuitRecovering
       t=1004 acquire d -> circuitRecovering
       t=1005 acquire e -> permit
       t=3000 acquire f -> permit; circuitRamped at 3000: the step of 25 % has passed
       t=3001 acquire g -> circuitRecovering
       t=3002 acquire h -> permit`,
    ));

  it("opens again when a step is too bad, and the open time grows", () =>
    transcript(
      `t=1001 call fail -> counted
       t=1002 state -> halfOpen, wake 3000
       t=1003 call ok x3 -> circuitRecovering
       t=1004 call fail -> counted; circuitOpened at 1004: 2 of 2 attempts failed (limit 50 %)
       t=1005 state -> open, wake 3004`,
      { ...base, openFor: { base: "1s", factor: 2 } },
    ));

  it("judges each step anew", () =>
    transcript(
      `t=1001 call fail -> counted
       t=3001 call ok -> counted; circuitRamped at 3000: the step of 25 % has passed
       t=3002 call ok -> circuitRecovering
       t=3003 call ok -> counted
       t=5001 call ok x2 -> counted; circuitRamped at 5000: the step of 50 % has passed
       t=7001 call ok -> counted; circuitClosed at 7000: the step of 100 % has passed`,
    ));

  it("judges an answer in the step in which it comes", () =>
    transcript(
      `t=1001 acquire a -> permit
       t=3000 call fail -> counted; circuitRamped at 3000: the step of 25 % has passed
       t=3001 fail a -> counted; circuitOpened at 3001: 2 of 2 attempts failed (limit 50 %)`,
    ));

  it("opens on slow attempts too", () =>
    transcript(
      `t=1001 call ok x1 300 -> counted
       t=1001 call ok x3 300 -> circuitRecovering
       t=1002 call ok x1 300 -> counted; circuitOpened at 1002: 2 of 2 attempts were slow (limit 80 %)`,
      { ...base, slowerThan: "200ms", slowRate: 0.8 },
    ));

  it("opens after as many failures in a row as the closed circuit, with such a window", () => {
    const options = circuitOptions({
      window: { kind: "consecutive", failures: 2 },
      openFor: "1s",
      recovery: { steps: [0.5, 1], stepFor: "2s" },
    });
    const { step } = breakerSteps((listener) => new CircuitBreaker(options, listener));
    expectTranscript(
      step,
      `t=0 call fail x2 -> counted; circuitOpened at 0: 2 failures in a row
       t=1000 call ok -> counted; circuitHalfOpened at 1000: the open time has passed; circuitRamped at 1000: 1 of 1 trial succeeded
       t=1001 call fail -> counted
       t=1002 call fail -> circuitRecovering
       t=1003 call fail -> counted; circuitOpened at 1003: 2 failures in a row`,
    );
  });

  it("makes every step that was due, each at its own moment", () =>
    transcript(
      `t=99999 advance -> done; circuitRamped at 3000: the step of 25 % has passed; circuitRamped at 5000: the step of 50 % has passed; circuitClosed at 7000: the step of 100 % has passed`,
    ));

  it("can be isolated and reset", () =>
    transcript(
      `t=1001 acquire a -> permit
       t=1001 isolate -> done; circuitIsolated at 1001: isolated by hand
       t=1002 fail a -> stale
       t=1002 state -> isolated, wake Infinity
       t=1003 reset -> done; circuitClosed at 1003: reset by hand
       t=1004 acquire b -> permit
       t=1004 acquire c -> permit`,
    ));

  it("takes a permit back without a change", () =>
    transcript(
      `t=1001 acquire a -> permit
       t=1002 release a -> released
       t=1002 state -> halfOpen, wake 3000`,
    ));
});
