import type { EdgeCall } from "../model/edge-call.ts";

const REFUSALS: Readonly<Record<string, string>> = {
  throttled: "the client throttle let it not go out",
  rateLimited: "the rate limiter let it not go out",
  bulkheadFull: "no place was free, and none to wait",
  waitedTooLong: "it waited too long for a place",
  displaced: "a call of higher priority took its place",
};

/** What decided how a call ended, in words. */
export function endedBy(call: EdgeCall, nowMs: number): string {
  const { outcome, full } = call;
  const failure = outcome === "fallback" ? full?.cause : outcome;
  const why = reasonOf(call, failure, full?.refusal?.reason, nowMs);
  return outcome === "fallback" ? `the fallback stood in: ${why}` : why;
}

function reasonOf(
  call: EdgeCall,
  failure: string | undefined,
  refused: string | undefined,
  nowMs: number,
): string {
  switch (failure) {
    case "ok":
      return call.degraded ? "the service answered, in part" : "the service answered";
    case "cancelled":
      return "its caller had left";
    case "timedOut":
      return timedOutBy(call, nowMs);
    case "shortCircuited":
      return "the circuit breaker was not closed";
    case "rejected":
      return REFUSALS[refused ?? ""] ?? "a limit on the caller's side let it not go out";
    default:
      return tried(call, "the service failed, or its connection broke");
  }
}

function timedOutBy(call: EdgeCall, nowMs: number): string {
  if (nowMs >= (call.full?.deadlineAtMs ?? Infinity))
    return "the deadline of the whole call had passed";
  return tried(call, "the timeout of the attempt");
}

function tried({ full }: EdgeCall, why: string): string {
  const attempt = full?.attempt ?? 1;
  return attempt > 1 ? `${why}, on attempt ${attempt}, the last` : why;
}
