import { BreakwaterError, type BreakwaterErrorCode } from "../errors.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** What a server answers when it refuses a request, or could not get what it needed in time. */
export interface ErrorAnswer {
  readonly status: 503 | 504;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly code: string; readonly reason?: string };
}

/**
 * The answer for an error of a policy: 504 when time ran out, otherwise 503 with `Retry-After` in whole seconds, which
 * is 1 when nobody can tell. Undefined for every other error: that is not for Breakwater to answer.
 */
export function answerFor(error: unknown): ErrorAnswer | undefined {
  if (!(error instanceof BreakwaterError)) return undefined;
  return refusal(error.code, error.reason, error.retryAfterMs);
}

/** The answer for a code and a reason. */
export function refusal(
  code: BreakwaterErrorCode,
  reason?: string,
  retryAfterMs?: number,
): ErrorAnswer {
  if (code === "BREAKWATER_TIMEOUT" || code === "BREAKWATER_DEADLINE_EXCEEDED") {
    return { status: 504, headers: {}, body: { code } };
  }
  const headers = { "retry-after": retryAfterSeconds(retryAfterMs) };
  return { status: 503, headers, body: { code, ...(reason && { reason }) } };
}
