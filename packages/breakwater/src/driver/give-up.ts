import { isOut, type ResolvedPolicy } from "@breakwater/policy";
import { deadlineError, timeoutError } from "../errors.ts";
import type { Attempt } from "./attempt.ts";
import type { RunningCall } from "./running-call.ts";

/** The engine has given up this attempt, at its timeout or at the call's deadline. */
export function giveUp(
  { name, timeoutMs, lateAnswers }: ResolvedPolicy,
  call: RunningCall,
  attempt: Attempt,
  nowMs: number,
): void {
  call.error =
    nowMs < call.deadlineAtMs
      ? timeoutError(name, timeoutMs, call.error)
      : deadlineError(name, call.error);
  if (call.next === "settled" || lateAnswers === "ignored") attempt.abort(call.error);
}

/** Of several attempts that are out, those that the engine does not wait for any more. */
export function giveUpOverdue(policy: ResolvedPolicy, call: RunningCall, nowMs: number): void {
  for (let attempt = call.current; attempt !== undefined; attempt = attempt.earlier) {
    const over = !attempt.answered && !attempt.aborted && !isOut(call, attempt.attempt);
    if (over) giveUp(policy, call, attempt, nowMs);
  }
}

/** Where the time ran out without an attempt: before the first one, or on the way to the next. */
export function noteMissedDeadline({ name }: ResolvedPolicy, call: RunningCall): void {
  if (call.next === "settled" && call.cause === "timedOut") {
    call.error = deadlineError(name, call.error);
  }
}

/** All that nobody waits for any more. Where late answers are taken, that may be several. */
export function abortAttempts(call: RunningCall, reason: unknown): void {
  for (let attempt = call.current; attempt !== undefined; attempt = attempt.earlier) {
    attempt.abort(reason);
  }
}
