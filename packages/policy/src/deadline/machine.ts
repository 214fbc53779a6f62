/**
 * Deadline: the moment after which nobody waits for the call any more. It bounds all attempts and all waiting.
 *
 * Invariants
 *   1. No attempt starts at or after the deadline.
 *   2. No wait is begun that could not end before the deadline: the call gives up at once instead.
 */
export function deadlineAtMs(startedAtMs: number, deadlineMs: number): number {
  return startedAtMs + deadlineMs;
}

/** Whether something due then still leaves time for an attempt. */
export function fitsDeadline(dueAtMs: number, deadlineAt: number): boolean {
  return dueAtMs < deadlineAt;
}
