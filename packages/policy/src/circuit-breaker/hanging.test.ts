import { describe, expect, it } from "vitest";
import { circuitOptions } from "../../test-support/breakers.ts";
import { breakerSteps, expectTranscript } from "../../test-support/transcript.ts";
import { AttemptsOut } from "./hanging.ts";
import { CircuitBreaker } from "./machine.ts";
import type { CircuitBreakerOptions } from "./options.ts";

function transcript(options: CircuitBreakerOptions, text: string): void {
  const resolved = circuitOptions({ hanging: { longerThan: "1s" }, ...options });
  expectTranscript(breakerSteps((listener) => new CircuitBreaker(resolved, listener)).step, text);
}

const twoInARow: CircuitBreakerOptions = {
  window: { kind: "consecutive", failures: 2 },
  openFor: "5s",
};

describe("hanging attempts", () => {
  it("open the circuit before they end, at the due moment", () =>
    transcript(
      twoInARow,
      `t=0 acquire a -> permit
       t=0 state -> closed, wake 1000
       t=300 acquire b -> permit
       t=999 state -> closed, wake 1000
       t=1000 state -> closed, wake 1000
       t=1000 advance -> done
       t=1000 state -> closed, wake 1300
       t=4000 acquire c -> circuitOpen 2300; circuitOpened at 1300: 2 failures in a row; the latest has been out for 1s`,
    ));

  it("count once: their end changes nothing any more", () =>
    transcript(
      twoInARow,
      `t=0 acquire a -> permit
       t=1500 fail a -> stale
       t=1500 state -> closed, wake Infinity
       t=1600 call ok -> counted
       t=1700 call fail -> counted
       t=1700 state -> closed, wake Infinity`,
    ));

  it("are too late with an answer in the very moment, and in time before it", () =>
    transcript(
      twoInARow,
      `t=0 acquire a -> permit
       t=1 acquire b -> permit
       t=1000 ok a -> stale
       t=1000 ok b -> counted
       t=1000 state -> closed, wake Infinity`,
    ));

  it("are counted from the oldest that is still out", () =>
    transcript(
      twoInARow,
      `t=0 acquire a -> permit
       t=100 acquire b -> permit
       t=200 acquire c -> permit
       t=250 ok b -> counted
       t=250 state -> closed, wake 1000
       t=300 release a -> released
       t=300 state -> closed, wake 1200
       t=301 release a -> released
       t=302 ok c -> counted
       t=302 state -> closed, wake Infinity`,
    ));

  it("are part of a rate", () =>
    transcript(
      { window: { kind: "count", size: 4 }, minimumCalls: 4, failureRate: 0.5 },
      `t=0 acquire a -> permit
       t=0 acquire b -> permit
       t=10 call ok x2 -> counted
       t=2000 advance -> done; circuitOpened at 1000: 2 of 4 attempts failed (limit 50 %); the latest has been out for 1s`,
    ));

  it("are slow too, when that is longer than slow", () =>
    transcript(
      {
        window: { kind: "count", size: 2 },
        failureRate: 1,
        slowerThan: "500ms",
        slowRate: 0.5,
      },
      `t=0 acquire a -> permit
       t=0 call ok -> counted
       t=2000 advance -> done; circuitOpened at 1000: 1 of 2 attempts were slow (limit 50 %); the latest has been out for 1s`,
    ));

  it("fail as trials", () =>
    transcript(
      { ...twoInARow, halfOpen: { trials: 2, failureRate: 1 } },
      `t=0 call fail x2 -> counted; circuitOpened at 0: 2 failures in a row
       t=5000 acquire a -> permit; circuitHalfOpened at 5000: the open time has passed
       t=6500 acquire b -> permit
       t=6500 state -> halfOpen, wake 7500
       t=6600 ok a -> stale
       t=9999 advance -> done; circuitOpened at 7500: 2 of 2 trials failed; the latest has been out for 1s`,
    ));

  it("fail in a recovery", () =>
    transcript(
      { ...twoInARow, recovery: { steps: [1], stepFor: "10s" } },
      `t=0 call fail x2 -> counted; circuitOpened at 0: 2 failures in a row
       t=5000 call ok -> counted; circuitHalfOpened at 5000: the open time has passed; circuitRamped at 5000: 1 of 1 trial succeeded
       t=5100 acquire a -> permit
       t=5200 acquire b -> permit
       t=9000 advance -> done; circuitOpened at 6200: 2 failures in a row; the latest has been out for 1s`,
    ));

  it("from before a transition decide nothing after it", () =>
    transcript(
      twoInARow,
      `t=0 acquire a -> permit
       t=500 reset -> done; circuitClosed at 500: reset by hand
       t=500 state -> closed, wake Infinity
       t=600 call fail -> counted
       t=2000 fail a -> stale
       t=2000 state -> closed, wake Infinity`,
    ));
});

describe("the attempts that are out", () => {
  it("are found again after the ring has grown and turned", () => {
    const out = new AttemptsOut(1000);
    const permits: number[] = [];
    for (let round = 0; round < 500; round++) {
      permits.push(out.add(round), out.add(round));
      if (round % 3 === 0) expect(out.end(permits.shift() as number)).toBe(true);
    }
    const first = permits[0] as number;
    expect(out.dueAtMs).toBe(Math.floor(first / 2) + 1000);
    expect(permits.every((permit) => out.end(permit))).toBe(true);
    expect(permits.some((permit) => out.end(permit))).toBe(false);
    expect(out.dueAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  it("are none of those that were never given", () => {
    const out = new AttemptsOut(1000);
    expect([out.end(-1), out.end(0), out.end(99)]).toEqual([false, false, false]);
    expect(out.end(out.add(0))).toBe(true);
  });
});
