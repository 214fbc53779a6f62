import type {
  CallEngine,
  FailureOutcome,
  FallbackContext,
  FallbackOptions,
} from "@breakwater/policy";
import { refusedError } from "../errors.ts";
import type { CallResult } from "../types.ts";
import type { RunningCall } from "./running-call.ts";

/** A promise that is already resolved. A rejection one job later costs a fifth of one before anybody listens. */
const READY = Promise.resolve();

/** Hands the end of a call that the engine has settled to its caller, with the fallback's help where it has one. */
export function deliver(
  engine: CallEngine,
  fallback: FallbackOptions | undefined,
  call: RunningCall,
): void {
  const older = call.cause === undefined ? undefined : call.run.standIn?.();
  if (older !== undefined) {
    call.outcome = "fallback";
    call.value = older.value;
    end(call);
  } else if (call.outcome === "fallback" && fallback !== undefined) {
    standIn(engine, fallback, call);
  } else {
    if (call.outcome === "shortCircuited" || call.outcome === "rejected") refuse(engine, call);
    end(call);
  }
}

/** Ends the call's promise with what stands in the call. */
export function end(call: RunningCall): void {
  if (call.delivered) return;
  call.delivered = true;
  call.membership?.leave();
  if (call.asResult) call.resolve?.(resultOf(call));
  else if (answered(call)) call.resolve?.(call.value);
  else if (call.starting) READY.then(() => call.reject?.(call.error));
  else call.reject?.(call.error);
}

/** The same for a call whose promise is the one that this is told to: what it returns, or throws, ends that. */
export function endBorrowed(call: RunningCall): unknown {
  call.delivered = true;
  if (call.asResult) return resultOf(call);
  if (answered(call)) return call.value;
  throw call.error;
}

function standIn(engine: CallEngine, fallback: FallbackOptions, call: RunningCall): void {
  if (typeof fallback !== "function") {
    call.value = fallback.value;
    end(call);
    return;
  }
  const outcome = call.cause as FallbackContext["outcome"];
  if (outcome === "shortCircuited" || outcome === "rejected") refuse(engine, call);
  const context: FallbackContext = { outcome, error: call.error, attempts: call.attempt };
  new Promise((resolve) => resolve(fallback(context))).then(
    (value) => {
      call.value = value;
      end(call);
    },
    (error) => {
      if (call.delivered) return;
      call.outcome = "failed";
      call.error = error;
      end(call);
    },
  );
}

/** Makes the error of a call that ended with a refusal on our own side. */
function refuse(engine: CallEngine, call: RunningCall): void {
  if (call.refusal === undefined) return;
  call.error = refusedError(engine.policy.name, call.refusal, call.error);
}

function answered(call: RunningCall): boolean {
  return call.outcome === "ok" || call.outcome === "fallback";
}

function resultOf(call: RunningCall): object {
  const { outcome, attempt: attempts, cause } = call;
  if (outcome !== "ok" && outcome !== "fallback") {
    return failureResult(outcome, call.error, attempts, cause);
  }
  return answerResult(outcome, call.value, attempts, cause);
}

export function answerResult(
  outcome: "ok" | "fallback",
  value: unknown,
  attempts: number,
  cause: FailureOutcome | undefined,
): CallResult<unknown, unknown> {
  const fresh = outcome === "ok";
  const freshness = fresh ? "fresh" : "default";
  const ageMs = fresh ? 0 : undefined;
  const result = { outcome, value, error: undefined, attempts, cause, freshness, ageMs };
  return result as CallResult<unknown, unknown>;
}

export function failureResult(
  outcome: FailureOutcome | "cancelled",
  error: unknown,
  attempts: number,
  cause: FailureOutcome | undefined,
): CallResult<unknown, unknown> {
  const nothing = undefined;
  return { outcome, value: nothing, error, attempts, cause, freshness: nothing, ageMs: nothing };
}
