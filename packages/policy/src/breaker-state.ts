import { CircuitBreaker } from "./circuit-breaker/machine.ts";
import {
  type CircuitBreakerState,
  exportCircuitBreaker,
  restoreCircuitBreaker,
} from "./circuit-breaker/state.ts";
import type { Problem } from "./options/field.ts";
import type { ProbationBreaker } from "./probation-breaker/machine.ts";
import {
  exportProbationBreaker,
  type ProbationBreakerState,
  restoreProbationBreaker,
} from "./probation-breaker/state.ts";

export type BreakerState = CircuitBreakerState | ProbationBreakerState;

/** The state of a breaker of either kind as plain JSON, without clock readings; see the kinds' state.ts. */
export function exportBreaker(
  breaker: CircuitBreaker | ProbationBreaker,
  nowMs: number,
): BreakerState {
  if (breaker instanceof CircuitBreaker) return exportCircuitBreaker(breaker, nowMs);
  return exportProbationBreaker(breaker, nowMs);
}

/**
 * Puts an exported state in force, on any clock. Permits that the breaker has given before become stale.
 * @param state what exportBreaker returned, or anything else, which is refused
 * @returns what is wrong with the state; the breaker is unchanged unless that is nothing
 */
export function restoreBreaker(
  breaker: CircuitBreaker | ProbationBreaker,
  state: unknown,
  nowMs: number,
): readonly Problem[] {
  if (breaker instanceof CircuitBreaker) return restoreCircuitBreaker(breaker, state, nowMs);
  return restoreProbationBreaker(breaker, state, nowMs);
}
