import {
  type BreakerState,
  type CallEngine,
  type CircuitState,
  exportBreaker,
  InvalidOptionsError,
  restoreBreaker,
} from "@breakwater/policy";
import type { Clock } from "./clock/clock.ts";

/** A policy's circuit breaker, for those who operate it. */
export interface BreakerHandle {
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
  /** The whole state as plain JSON that any clock can take back: to survive a restart. */
  exportState(): BreakerState;
  /**
   * Puts an exported state in force; permits given before decide nothing any more.
   * @throws InvalidOptionsError when it is no state of such a breaker; the breaker is unchanged then
   */
  restoreState(state: unknown): void;
}

export function breakerHandle(engine: CallEngine, clock: Clock): BreakerHandle | undefined {
  const { breaker } = engine;
  if (breaker === undefined) return undefined;
  return {
    get state() {
      breaker.advance(clock.now());
      return breaker.state;
    },
    open: (reason) => breaker.open(clock.now(), reason),
    isolate: (reason) => breaker.isolate(clock.now(), reason),
    reset: (reason) => breaker.reset(clock.now(), reason),
    exportState: () => exportBreaker(breaker, clock.now()),
    restoreState: (state) => {
      const problems = restoreBreaker(breaker, state, clock.now());
      if (problems.length > 0) throw new InvalidOptionsError(problems);
    },
  };
}
