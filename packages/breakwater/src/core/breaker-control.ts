import type { CallEngine, CircuitState } from "@breakwater/policy";
import type { Clock } from "../clock/clock.ts";

/** A policy's circuit breaker, for those who operate it by hand. */
export interface BreakerControl {
  /** As of now. */
  readonly state: CircuitState;
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
      open: (reason) => breaker.open(clock.now(), reason),
      isolate: (reason) => breaker.isolate(clock.now(), reason),
      reset: (reason) => breaker.reset(clock.now(), reason),
    }
  );
}
