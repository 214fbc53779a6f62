/**
 * Retry: whether to try again after a failure, and how long to wait first.
 *
 * It has no state of its own: what it needs to know of a call (how many tries there were, the previous delay) is
 * told with each question, so one object serves any number of calls at once.
 *
 * Inputs: the number of tries so far, the previous delay, one uniform random number, and what the server said.
 * Invariants
 *   1. A call makes at most `attempts` tries.
 *   2. No delay is negative or longer than the cap, unless the server asked for a longer one within its own cap.
 *
 * Formulas: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 (full, equal and decorrelated jitter).
 */
import type { Jitter } from "./options.ts";

export interface ResolvedRetry {
  readonly attempts: number;
  readonly kind: "constant" | "linear" | "exponential" | "decorrelated";
  readonly baseMs: number;
  readonly capMs: number;
  readonly factor: number;
  readonly jitter: Jitter;
  readonly respectServerDelay: boolean;
  readonly serverDelayCapMs: number;
}

/** Why there is no further try. */
export type StopReason =
  | "attemptsExhausted"
  | "deadlineTooClose"
  | "serverDelayTooLong"
  | "budgetExhausted"
  | "rejectedLocally";

/** What `retryDelay` answers instead of a delay: the server asked for more patience than the cap allows. */
export const GIVE_UP = -1;

/**
 * The wait before the next try, in milliseconds, or GIVE_UP.
 *
 * @param failures tries that have failed so far, 1 or more
 * @param previousDelayMs the delay before the latest try; the base before the first one
 * @param uniform a random number, 0 <= uniform < 1; used once
 * @param serverDelayMs what the server asked for; negative when it asked for nothing
 */
export function retryDelay(
  retry: ResolvedRetry,
  failures: number,
  previousDelayMs: number,
  uniform: number,
  serverDelayMs: number,
): number {
  const delayMs = backoff(retry, failures, previousDelayMs, uniform);
  if (serverDelayMs < 0 || !retry.respectServerDelay) return delayMs;
  if (serverDelayMs > retry.serverDelayCapMs) return GIVE_UP;
  return Math.max(delayMs, serverDelayMs);
}

function backoff(
  retry: ResolvedRetry,
  failures: number,
  previousDelayMs: number,
  uniform: number,
): number {
  const { baseMs, capMs, jitter } = retry;
  if (jitter === "decorrelated") {
    const to = Math.max(baseMs, previousDelayMs * retry.factor);
    return Math.min(capMs, baseMs + uniform * (to - baseMs));
  }
  const fullMs = Math.min(capMs, growth(retry, failures));
  if (jitter === "full") return uniform * fullMs;
  if (jitter === "equal") return fullMs / 2 + (uniform * fullMs) / 2;
  return fullMs;
}

function growth(retry: ResolvedRetry, failures: number): number {
  if (retry.baseMs === 0) return 0;
  if (retry.kind === "constant") return retry.baseMs;
  if (retry.kind === "linear") return retry.baseMs * failures;
  return retry.baseMs * retry.factor ** (failures - 1);
}
