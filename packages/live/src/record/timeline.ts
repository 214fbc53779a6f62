import type { CircuitState, OutcomeName } from "@breakwater/metrics";

/** Something that happened on an edge, in milliseconds from the start of the run. */
export type EdgeEvent = { readonly atMs: number } & (
  | { readonly is: "callStarted" | "attemptStarted" | "lateAnswer" | "degraded" | "refused" }
  | { readonly is: "attemptEnded"; readonly outcome: AttemptOutcome; readonly tookMs: number }
  | {
      readonly is: "callEnded";
      readonly outcome: OutcomeName;
      readonly startedAtMs: number;
      readonly degraded: boolean;
    }
  | {
      readonly is: "circuit";
      readonly type: "circuitOpened" | "circuitHalfOpened" | "circuitRamped" | "circuitClosed";
      readonly state: CircuitState;
      /** Which of the edge's breakers, over all processes. */
      readonly breaker: number;
      readonly reason: string;
    }
);

export type AttemptOutcome = "ok" | "failed" | "timedOut" | "cancelled";

/** In order of time; what happened at the same time stays in the order in which it was written. */
export function inOrder<E extends { readonly atMs: number }>(events: readonly E[]): E[] {
  return events.toSorted((a, b) => a.atMs - b.atMs);
}
