import { type CacheFact, type Fact, formatDuration } from "@breakwater/policy";
import { refusalText } from "../errors.ts";

/** A time for people: whole milliseconds, and a tenth for those below ten. */
export function timeText(ms: number): string {
  return formatDuration(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));
}

const CIRCUIT = {
  circuitOpened: "the circuit opened",
  circuitHalfOpened: "the circuit is half-open",
  circuitRamped: "the circuit lets a growing share of attempts out",
  circuitClosed: "the circuit closed",
  circuitIsolated: "the circuit was isolated",
} as const satisfies Record<string, string>;

const CACHE = {
  cacheHit: "the cache had an answer",
  cacheStale: "the cache gave an answer while a new one is fetched",
  cacheJoined: "a caller joined a call under way",
  cacheMissed: "the cache had no answer",
  cacheStoodIn: "the cache stood in for an answer that could not be had",
} as const satisfies Record<CacheFact["type"], string>;

const STOPS: Readonly<Record<string, string>> = {
  attemptsExhausted: "all attempts are used up",
  deadlineTooClose: "the next one would come after the deadline",
  serverDelayTooLong: "the server asked for a longer wait than serverDelayCap allows",
  budgetExhausted: "the retry budget is used up",
  rejectedLocally: "a refusal on our own side is retried only when it says when, within a deadline",
};

const OUTCOMES: Readonly<Record<string, string>> = {
  ok: "succeeded",
  failed: "failed",
  timedOut: "timed out",
  cancelled: "was given up",
  shortCircuited: "was short-circuited",
  rejected: "was rejected",
  fallback: "was answered by the fallback",
};

/** "attemptQueued" as "attempt queued": for what has no sentence of its own. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** How an attempt or a call ended: "timed out". */
export function outcomeText(outcome: string): string {
  return OUTCOMES[outcome] ?? words(outcome);
}

export function circuitText(type: string): string {
  return (CIRCUIT as Readonly<Record<string, string>>)[type] ?? words(type);
}

/** One fact as a part of a sentence. */
export function factText(fact: Fact): string {
  return fact.shadow === true ? `in shadow: ${decisionText(fact)}` : decisionText(fact);
}

function decisionText(fact: Fact): string {
  switch (fact.type) {
    case "attemptStarted":
      return `attempt ${fact.attempt} went out`;
    case "attemptEnded":
      return `attempt ${fact.attempt} ${outcomeText(fact.outcome)} after ${timeText(fact.latencyMs)}`;
    case "attemptRefused":
      return `${refusalText(fact.reason)}${againText(fact.retryAfterMs)}`;
    case "attemptQueued": {
      const what = fact.waitsFor === "rate" ? "its turn at the rate limiter" : "a place";
      const most = fact.untilMs - fact.atMs;
      return `waited for ${what}${most < Infinity ? `, ${timeText(most)} at most` : ""}`;
    }
    case "retryScheduled":
      return `try ${fact.nextTry} was to follow after ${timeText(fact.delayMs)}`;
    case "retryStopped":
      return `no retry: ${STOPS[fact.reason] ?? words(fact.reason)}`;
    case "lateAnswer":
      return `attempt ${fact.attempt} was answered late; the answer was ${fact.taken ? "taken" : "ignored"}`;
    case "callEnded":
      return `the call ${outcomeText(fact.outcome)}`;
    case "limitChanged":
      return `the limit is ${fact.limit} now: ${fact.reason}`;
    case "hedgeDue":
      return `one more attempt was to go out after ${timeText(fact.afterMs)}`;
    case "hedgeSkipped":
      return `no further attempt beside it: ${skipText(fact.reason)}`;
    case "requestShed":
      return `a ${fact.priority} request was shed: ${words(fact.reason)}${againText(fact.retryAfterMs)}`;
    case "cacheHit":
    case "cacheStale":
    case "cacheStoodIn":
      return `${CACHE[fact.type]}, ${timeText(fact.ageMs ?? 0)} old`;
    case "cacheJoined":
    case "cacheMissed":
      return CACHE[fact.type];
    default:
      return `${circuitText(fact.type)}: ${fact.reason}`;
  }
}

function skipText(reason: HedgeSkip["reason"]): string {
  return reason === "budgetExhausted" ? (STOPS[reason] as string) : refusalText(reason);
}

type HedgeSkip = Extract<Fact, { type: "hedgeSkipped" }>;

function againText(retryAfterMs: number | undefined): string {
  return retryAfterMs === undefined ? "" : `; try again in ${timeText(retryAfterMs)}`;
}
