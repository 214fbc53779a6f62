import type { OutcomeName } from "@breakwater/metrics";

/** Everything that became of one customer's request. Times are milliseconds from the start of the run. */
export interface RequestTrace {
  /** Its place among the requests of all loads, in the order in which they were made; from 1. */
  readonly number: number;
  /** Requests of all loads together. */
  readonly of: number;
  readonly call: CallTrace;
}

/** A call over one edge: what a caller wants once. */
export interface CallTrace {
  /** "homepage -> recommendations". */
  readonly edge: string;
  /** The policy in one line, "" for none. */
  readonly policy: string;
  readonly startedMs: number;
  /** null: under way when the run ended. */
  readonly endedMs: number | null;
  readonly outcome: OutcomeName | null;
  /** What decided the end: "the service answered", "the deadline of 2s", "the open circuit breaker" ... */
  readonly endedBy: string;
  readonly attempts: readonly AttemptTrace[];
}

/** One attempt of a call, as the caller and the service saw it. */
export interface AttemptTrace {
  /** From 1. */
  readonly attempt: number;
  readonly sentMs: number;
  /** "instance 2", or "" where there is but one. */
  readonly instance: string;
  /** At the service; null: refused, lost, or still travelling. */
  readonly arrivedMs: number | null;
  /** A worker took it up: from `arrivedMs` to here it waited in the queue. null: none did. */
  readonly takenUpMs: number | null;
  /** The service was done with it, one way or another; null: not by the end of the run. */
  readonly doneMs: number | null;
  /** What the service made of it. */
  readonly served: "ok" | "failed" | "dropped" | "nothing";
  /** The caller stopped waiting: it had an answer, or gave the attempt up. null: not by the end of the run. */
  readonly endedMs: number | null;
  readonly end: "ok" | "failed" | "timedOut" | "cancelled" | "inFlight";
  /** Calls that the service made for it. */
  readonly calls: readonly CallTrace[];
}

/** Which request to follow: by its number from 1, the slowest that ended, or the first made from a time on. */
export type RequestChoice =
  | { readonly number: number }
  | { readonly slowest: true }
  | { readonly fromMs: number };
