import type { CallEngine, CircuitState } from "@breakwater/policy";
import type { Clock } from "../clock/clock.ts";

/** A policy's circuit breaker, for those who operate it by hand. */
export interface BreakerControl {
  /** As of now. */
  readonly state: CircuitState;
  /** The share of attempts that go out as of now, trials aside: 1 while closed, less while it recovers by steps. */
  readonly share: number;
  /**
   * Opens a circuit that lets attempts through, as its own judgement would: after the open time it is tried again.
   * Does nothing when it is open already, under trial or isolated.
   */
  open(reason: string): void;
  /** Opens the circuit until it is reset, whatever the results. */
  isolate(reason?: string): void;
  /** Closes the circuit and forgets the past. */
  reset(reason?: string): void;
}

export function breakerControl(engine: CallEngine, clock: Clock): BreakerControl | undefined {
  const { breaker } = engine;
  return (
    breaker && {
      get state() {
        breaker.advance(clock.now());
        return breaker.state;
      },
      get share() {
        breaker.advance(clock.now());
        if ("share" in breaker) return breaker.share;
        return breaker.state === "closed" ? 1 : 0;
      },
      open: (reason) => breaker.open(clock.now(), reason),
      isolate: (reason) => breaker.isolate(clock.now(), reason),
      reset: (reason) => breaker.reset(clock.now(), reason),
    }
  );
}
