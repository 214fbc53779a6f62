import type { Clock } from "../clock/clock.ts";
import { realClock } from "../clock/real-clock.ts";
import { type HeadersLike, headerOf } from "./header-values.ts";

/** How long the caller will still wait, in whole milliseconds: what remains, not a moment of a wall clock. */
export const DEADLINE_HEADER = "breakwater-deadline-ms";
/** Which attempt of its call this is, from 1. There only when somebody further up will try again. */
export const ATTEMPT_HEADER = "breakwater-attempt";
/** How important the request is; greater is more. */
export const PRIORITY_HEADER = "breakwater-priority";

/** One day: whoever asks for more is told that nobody waits so long. */
const LONGEST_DEADLINE_MS = 86_400_000;
const GREATEST_ATTEMPT = 1000;
const GREATEST_PRIORITY = 100;

/** What a request says of the call that it belongs to. Give it to every call that is made on its behalf. */
export interface Incoming {
  /** When the caller stops waiting, on the clock that was asked. */
  readonly deadlineAtMs: number | undefined;
  /** Which attempt of its owner this request belongs to; undefined when nobody further up tries again. */
  readonly attempt: number | undefined;
  /** Greater is more important. */
  readonly priority: number | undefined;
  /** Aborted when nobody waits for this request any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the three headers of a request, taking now for the moment of its arrival. Strict: what is not exactly a
 * whole number is as if it were not there, and so is attempt 0; what is too great is cut to the greatest that is
 * allowed. Never throws.
 */
export function incoming(
  headers: HeadersLike | null | undefined,
  clock: Pick<Clock, "now"> = realClock,
): Incoming {
  const remainingMs = digits(headerOf(headers, DEADLINE_HEADER), LONGEST_DEADLINE_MS);
  const attempt = digits(headerOf(headers, ATTEMPT_HEADER), GREATEST_ATTEMPT);
  return {
    deadlineAtMs: remainingMs === undefined ? undefined : clock.now() + remainingMs,
    attempt: attempt === 0 ? undefined : attempt,
    priority: priorityOf(headerOf(headers, PRIORITY_HEADER)),
  };
}

/** At most 15 digits, so that the number is exact. */
export function digits(text: string | undefined, atMost: number): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Math.min(Number(text), atMost) : undefined;
}

function priorityOf(text: string | undefined): number | undefined {
  if (text === undefined || !text.startsWith("-")) return digits(text, GREATEST_PRIORITY);
  const below = digits(text.slice(1), GREATEST_PRIORITY);
  return below === undefined ? undefined : 0 - below;
}
