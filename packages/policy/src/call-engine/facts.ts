import type { CircuitFact, Refusal } from "../breaker.ts";
import type { FailureOutcome } from "../fallback/machine.ts";
import type { PriorityClass, TicketReason } from "../load-shedder/ticket.ts";
import type { StopReason } from "../retry/machine.ts";
import type { Outcome } from "../types.ts";

/** Why an attempt may not go out, and how long until trying again makes sense; undefined when nobody can tell. */
export type AttemptRefusal =
  | Refusal
  | {
      readonly reason: "throttled" | "rateLimited" | "bulkheadFull" | "waitedTooLong" | "displaced";
      readonly retryAfterMs: number | undefined;
    };

export type HedgeSkipReason = AttemptRefusal["reason"] | "budgetExhausted";

/**
 * What happened to a call, each with the moment and the inputs of the decision. Facts are made only when somebody
 * listens.
 */
export type CallFact =
  | {
      readonly type: "attemptStarted";
      readonly atMs: number;
      readonly callId: number;
      readonly attempt: number;
    }
  | {
      readonly type: "attemptEnded";
      readonly atMs: number;
      readonly callId: number;
      readonly attempt: number;
      readonly outcome: "ok" | "failed" | "timedOut" | "cancelled";
      readonly latencyMs: number;
      /** It failed because the dependency has too much to do. */
      readonly overloaded?: true;
    }
  | {
      readonly type: "attemptRefused";
      readonly atMs: number;
      readonly callId: number;
      readonly reason: AttemptRefusal["reason"];
      readonly retryAfterMs: number | undefined;
    }
  | {
      /** The attempt waits for its turn: at the rate limiter until `untilMs`, or for a place at most so long. */
      readonly type: "attemptQueued";
      readonly atMs: number;
      readonly callId: number;
      readonly waitsFor: "rate" | "place";
      readonly untilMs: number;
    }
  | {
      readonly type: "retryScheduled";
      readonly atMs: number;
      readonly callId: number;
      /** The try that will follow: 2 for the first retry. */
      readonly nextTry: number;
      readonly delayMs: number;
    }
  | {
      /** The time for another attempt beside the ones under way had come, but it did not go out. */
      readonly type: "hedgeSkipped";
      readonly atMs: number;
      readonly callId: number;
      readonly reason: HedgeSkipReason;
    }
  | {
      readonly type: "retryStopped";
      readonly atMs: number;
      readonly callId: number;
      readonly reason: StopReason;
    }
  | {
      /** The end of an attempt has moved the limit of the concurrency limiter. */
      readonly type: "limitChanged";
      readonly atMs: number;
      readonly callId: number;
      readonly limit: number;
      /** In words, with the numbers of the decision. */
      readonly reason: string;
    }
  | {
      /** Of a hedge that is only tried out: another attempt would have gone out so long after the first. */
      readonly type: "hedgeDue";
      readonly atMs: number;
      readonly callId: number;
      readonly afterMs: number;
    }
  | {
      readonly type: "lateAnswer";
      readonly atMs: number;
      readonly callId: number;
      readonly attempt: number;
      readonly taken: boolean;
    }
  | {
      readonly type: "callEnded";
      readonly atMs: number;
      readonly callId: number;
      readonly outcome: Outcome;
      readonly attempts: number;
      /** What the fallback stood in for. */
      readonly cause: FailureOutcome | undefined;
    };

/**
 * What a cache around the policy did for a caller: gave a fresh answer (hit), gave an older one while a new one is
 * fetched (stale), let it share a call that is under way (joined), had to make a call (missed); or gave an older answer
 * in place of one that could not be had (stoodIn).
 */
export interface CacheFact {
  readonly type: "cacheHit" | "cacheStale" | "cacheJoined" | "cacheMissed" | "cacheStoodIn";
  readonly atMs: number;
  /** How long ago the answer was given that the caller gets; undefined for cacheJoined and cacheMissed. */
  readonly ageMs: number | undefined;
}

/** A load shedder in front of a server sent a request away. */
export interface ShedFact {
  readonly type: "requestShed";
  readonly atMs: number;
  readonly reason: TicketReason;
  readonly priority: PriorityClass;
  readonly retryAfterMs: number | undefined;
}

/** `shadow`: decided by a part that is only tried out; nothing was done about it. */
interface Shadowed {
  readonly shadow?: true;
}

export type Fact = (CallFact | CircuitFact | CacheFact | ShedFact) & Shadowed;
export type FactListener = (fact: Fact) => void;

export function isCircuitFact(fact: Fact): fact is CircuitFact & Shadowed {
  return fact.type.startsWith("circuit");
}
