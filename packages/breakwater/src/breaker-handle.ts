import {
  type BreakerState,
  type CallEngine,
  exportBreaker,
  InvalidOptionsError,
  restoreBreaker,
} from "@breakwater/policy";
import type { Clock } from "./clock/clock.ts";
import { type BreakerControl, breakerControl } from "./core/breaker-control.ts";

/** A policy's circuit breaker, for those who operate it. */
export interface BreakerHandle extends BreakerControl {
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
  const control = breakerControl(engine, clock);
  if (breaker === undefined || control === undefined) return undefined;
  return Object.assign(control, {
    exportState: () => exportBreaker(breaker, clock.now()),
    restoreState: (state: unknown) => {
      const problems = restoreBreaker(breaker, state, clock.now());
      if (problems.length > 0) throw new InvalidOptionsError(problems);
    },
  });
}
