import { type AttemptRefusal, formatDuration, isCircuitRefusal } from "@breakwater/policy";

/**
 * - `BREAKWATER_CIRCUIT_OPEN`: a circuit breaker let nothing out.
 * - `BREAKWATER_REJECTED`: a rate limiter or a bulkhead let nothing out; `reason` says which and why.
 * - `BREAKWATER_TIMEOUT`: the attempt took longer than the policy's timeout.
 * - `BREAKWATER_DEADLINE_EXCEEDED`: the whole call took longer than its deadline.
 * - `BREAKWATER_CALL_ENDED`: never thrown, but the reason of an attempt's signal: the call has ended without it. Only
 *   where late answers are taken, for only there more than one attempt can be out.
 */
export type BreakwaterErrorCode =
  | "BREAKWATER_CIRCUIT_OPEN"
  | "BREAKWATER_REJECTED"
  | "BREAKWATER_TIMEOUT"
  | "BREAKWATER_DEADLINE_EXCEEDED"
  | "BREAKWATER_CALL_ENDED";

interface Details {
  readonly policy: string;
  readonly reason?: AttemptRefusal["reason"] | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A call that a policy ended, as opposed to one that the dependency failed: that error is rethrown as it is. Tell
 * them apart by `code`. It carries no stack trace: it says nothing of where the policy was used, and to capture one
 * would make refusing calls ten times as dear, in the very moments when there are many to refuse. For the same reason
 * calls that an open circuit refuses within a millisecond may share one: treat it as read-only.
 */
export class BreakwaterError extends Error {
  readonly code: BreakwaterErrorCode;
  /** Name of the policy; empty when it has none. */
  readonly policy: string;
  /** Why the circuit breaker or another limit refused. */
  readonly reason: AttemptRefusal["reason"] | undefined;
  /** How long until trying again makes sense; undefined when nobody can tell. */
  readonly retryAfterMs: number | undefined;

  /** `cause` is the dependency's latest error in this call, if there was one. */
  constructor(code: BreakwaterErrorCode, message: string, details: Details) {
    super(details.policy === "" ? message : `${details.policy}: ${message}`);
    this.code = code;
    this.policy = details.policy;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
    if (details.cause !== undefined) this.cause = details.cause;
  }

  static {
    // On the prototype, as the platform's own errors have it: it is not repeated when an error is printed.
    BreakwaterError.prototype.name = "BreakwaterError";
  }
}

function make(code: BreakwaterErrorCode, message: string, details: Details): BreakwaterError {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return new BreakwaterError(code, message, details);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const REFUSALS = {
  circuitOpen: "the circuit is open",
  trialsUnderWay: "the circuit is half-open and its trials are under way",
  circuitRecovering: "the circuit recovers and lets only a share of attempts out",
  circuitIsolated: "the circuit is isolated",
  throttled: "the dependency has accepted too few of the latest calls",
  rateLimited: "the rate limit is reached",
  bulkheadFull: "all places of the bulkhead are taken, and there is no room to wait",
  waitedTooLong: "no place in the bulkhead was free in time",
  displaced: "a more important call took the place in the line",
} as const satisfies Record<AttemptRefusal["reason"], string>;

/** Why an attempt was refused on our own side, in words. */
export function refusalText(reason: AttemptRefusal["reason"]): string {
  return REFUSALS[reason];
}

export function refusedError(policy: string, refusal: AttemptRefusal, cause: unknown): Error {
  const { reason, retryAfterMs } = refusal;
  const after = retryAfterMs === undefined ? "" : `; try again in ${Math.ceil(retryAfterMs)} ms`;
  const code = isCircuitRefusal(reason) ? "BREAKWATER_CIRCUIT_OPEN" : "BREAKWATER_REJECTED";
  return make(code, `${REFUSALS[reason]}${after}`, { policy, reason, retryAfterMs, cause });
}

export function timeoutError(policy: string, timeoutMs: number, cause: unknown): Error {
  const message = `the attempt took longer than ${formatDuration(timeoutMs)}`;
  return make("BREAKWATER_TIMEOUT", message, { policy, cause });
}

export function deadlineError(policy: string, cause: unknown): Error {
  const message = "the call was not answered before its deadline";
  return make("BREAKWATER_DEADLINE_EXCEEDED", message, { policy, cause });
}

export function callEndedError(policy: string): Error {
  const message = "the call has ended without this attempt";
  return make("BREAKWATER_CALL_ENDED", message, { policy });
}
