/** Choices that change results. The first of each is the default. */
export interface Semantics {
  /** A service whose caller has given up goes on working, or stops at once. */
  abandonedWork?: "continues" | "stops";
  /** A queued request whose caller has given up is worked on, or dropped when its turn comes. */
  abandonedInQueue?: "executed" | "dropped";
  /** An answer to an earlier attempt of the same call: overrides the policies' own choice when set. */
  lateAnswers?: "ignored" | "taken";
  /** Where a retried request stands in the queue. */
  retriedRequests?: "back" | "front";
  /** Backoff runs from the failure, or from the start of the failed attempt. */
  backoffFrom?: "failure" | "attemptStart";
  /** One breaker for each instance of the caller, for each of its workers (worker = process), or one for the whole edge. */
  breakerScope?: "instance" | "worker" | "edge";
}
