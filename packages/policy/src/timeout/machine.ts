/**
 * Timeout: when to give up one attempt. It is given up at its timeout or at the call's deadline, whichever is first.
 *
 * Invariants
 *   1. No attempt is waited for beyond the deadline of its call.
 *   2. A breaker is told of an attempt that a deadline cut short only if no timeout could have judged it: a slow
 *      dependency is not blamed for a caller that came with little time left.
 */
export function attemptEndsAtMs(
  startedAtMs: number,
  timeoutMs: number,
  deadlineAtMs: number,
): number {
  return Math.min(startedAtMs + timeoutMs, deadlineAtMs);
}

/** Whether giving up at the deadline says something about the dependency (invariant 2). */
export function blamesDependency(
  startedAtMs: number,
  timeoutMs: number,
  deadlineAtMs: number,
): boolean {
  return timeoutMs === Number.POSITIVE_INFINITY || startedAtMs + timeoutMs <= deadlineAtMs;
}
