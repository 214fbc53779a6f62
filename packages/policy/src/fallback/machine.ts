/**
 * Fallback: whether another answer stands in for the one that did not come.
 *
 * Invariants
 *   1. A call that was answered, or whose caller has left, never uses its fallback.
 *   2. A call uses its fallback at most once, as the very last thing.
 */
import type { Outcome } from "../types.ts";

/** An outcome that a fallback may stand in for. */
export type FailureOutcome = "timedOut" | "shortCircuited" | "rejected" | "failed";

export function fallbackApplies(outcome: Outcome): outcome is FailureOutcome {
  return outcome !== "ok" && outcome !== "fallback" && outcome !== "cancelled";
}
