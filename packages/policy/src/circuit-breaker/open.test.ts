import { describe, expect, it } from "vitest";
import { circuitOptions } from "../../test-support/breakers.ts";
import { breakerSteps, expectTranscript } from "../../test-support/transcript.ts";
import type { CircuitFact } from "../breaker.ts";
import { CircuitBreaker } from "./machine.ts";
import type { CircuitBreakerOptions } from "./options.ts";

const oneFailure: CircuitBreakerOptions = { window: { kind: "consecutive", failures: 1 } };

function transcript(options: CircuitBreakerOptions, text: string): void {
  const resolved = circuitOptions({ ...oneFailure, ...options });
  expectTranscript(breakerSteps((listener) => new CircuitBreaker(resolved, listener)).step, text);
}

describe("open circuit", () => {
  it("refuses until the open time has passed, and says how long that will be", () =>
    transcript(
      { openFor: "1s" },
      `t=0 call fail -> counted; circuitOpened at 0: 1 failure in a row
       t=1 acquire a -> circuitOpen 999
       t=999 acquire b -> circuitOpen 1
       t=1000 acquire c -> permit; circuitHalfOpened at 1000: the open time has passed`,
    ));

  it("half-opens at the due moment, however late it is told the time", () =>
    transcript(
      { openFor: "1s" },
      `t=0 call fail -> counted; circuitOpened at 0: 1 failure in a row
       t=7777 advance -> done; circuitHalfOpened at 1000: the open time has passed
       t=8888 advance -> done`,
    ));

  it("ignores results of attempts that went out before it opened", () =>
    transcript(
      { openFor: "1s" },
      `t=0 acquire slow-one -> permit
       t=0 acquire slow-two -> permit
       t=1 call fail -> counted; circuitOpened at 1: 1 failure in a row
       t=2 ok slow-one -> stale
       t=3 fail slow-two -> stale
       t=4 state -> open, wake 1001`,
    ));

  it("takes a permit back without a change", () =>
    transcript(
      { openFor: "1s" },
      `t=0 acquire a -> permit
       t=1 call fail -> counted; circuitOpened at 1: 1 failure in a row
       t=2 release a -> released
       t=2 state -> open, wake 1001`,
    ));

  it("stays open longer each time it re-opens, up to the cap, until it has closed", () =>
    transcript(
      { openFor: { base: "1s", factor: 2, cap: "3s" } },
      `t=0 call fail -> counted; circuitOpened at 0: 1 failure in a row
       t=1000 call fail -> counted; circuitHalfOpened at 1000: the open time has passed; circuitOpened at 1000: 1 of 1 trial failed
       t=2999 acquire a -> circuitOpen 1
       t=3000 call fail -> counted; circuitHalfOpened at 3000: the open time has passed; circuitOpened at 3000: 1 of 1 trial failed
       t=5999 acquire b -> circuitOpen 1
       t=6000 call ok -> counted; circuitHalfOpened at 6000: the open time has passed; circuitClosed at 6000: 1 of 1 trial succeeded
       t=6000 call fail -> counted; circuitOpened at 6000: 1 failure in a row
       t=6999 acquire c -> circuitOpen 1
       t=7000 acquire d -> permit; circuitHalfOpened at 7000: the open time has passed`,
    ));

  it("tells the transitions in order, each from the state before", () => {
    const facts: CircuitFact[] = [];
    const options = circuitOptions({ ...oneFailure, openFor: "1s" });
    const breaker = new CircuitBreaker(options, (fact) => facts.push(fact));
    breaker.record(breaker.acquire(0), true, 1, 0);
    breaker.record(breaker.acquire(5000), false, 1, 5001);
    expect(facts.map(({ from, type, atMs }) => [from, type, atMs])).toEqual([
      ["closed", "circuitOpened", 0],
      ["open", "circuitHalfOpened", 1000],
      ["halfOpen", "circuitClosed", 5001],
    ]);
  });

  it("opens by hand as by its own judgement, and only when it is closed", () => {
    const facts: CircuitFact[] = [];
    const options = circuitOptions({ ...oneFailure, openFor: "1s" });
    const breaker = new CircuitBreaker(options, (fact) => facts.push(fact));
    const permit = breaker.acquire(0);
    breaker.open(10, "others say so");
    breaker.open(20, "again");
    expect(breaker.record(permit, false, 1, 30)).toBe(false);
    expect(breaker.refusal(510)).toEqual({ reason: "circuitOpen", retryAfterMs: 500 });
    breaker.acquire(1010);
    breaker.open(1011, "under trial");
    breaker.isolate(1012);
    breaker.open(1013, "isolated");
    expect(facts.map(({ type, atMs, reason }) => [type, atMs, reason])).toEqual([
      ["circuitOpened", 10, "others say so"],
      ["circuitHalfOpened", 1010, "the open time has passed"],
      ["circuitIsolated", 1012, "isolated by hand"],
    ]);
  });

  it("works without a listener", () => {
    const breaker = new CircuitBreaker(circuitOptions(oneFailure));
    breaker.record(breaker.acquire(0), true, 1, 0);
    expect(breaker.state).toBe("open");
  });
});
