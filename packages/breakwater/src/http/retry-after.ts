import { type HeadersLike, headerOf } from "./header-values.ts";
import { digits } from "./incoming.ts";

/** One day. A policy's own `serverDelayCap` decides whether to wait that long. */
const LONGEST_DELAY_MS = 86_400_000;

const DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * How long the server asks to wait, in milliseconds from 0 to one day; undefined when it does not say. Never throws.
 *
 * `Retry-After` (RFC 9110, section 10.2.3) holds seconds or a date. A date is held against the `Date` of the same
 * response, so that a wrong clock on either side does not matter; against the wall clock only without one. The two
 * obsolete forms of dates are not read. Without `Retry-After`, `RateLimit-Reset` in seconds counts.
 *
 * @param wallClockMs milliseconds since 1970
 */
export function retryAfter(
  headers: HeadersLike | null | undefined,
  wallClockMs: () => number = Date.now,
): number | undefined {
  const text = headerOf(headers, "retry-after");
  if (text === undefined) return secondsToMs(headerOf(headers, "ratelimit-reset"));
  const waitMs = secondsToMs(text);
  if (waitMs !== undefined) return waitMs;
  const untilMs = dateMs(text);
  if (untilMs === undefined) return undefined;
  const sentMs = dateMs(headerOf(headers, "date")) ?? wallClockMs();
  return Math.min(Math.max(0, untilMs - sentMs), LONGEST_DELAY_MS);
}

function secondsToMs(text: string | undefined): number | undefined {
  const seconds = digits(text, LONGEST_DELAY_MS / 1000);
  return seconds === undefined ? undefined : seconds * 1000;
}

function dateMs(text: string | undefined): number | undefined {
  if (text === undefined || !DATE.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The value of a `Retry-After` header: whole seconds, at least 1, so that nobody comes back too soon. */
export function retryAfterSeconds(waitMs: number | undefined): string {
  return String(Math.max(1, Math.ceil((waitMs ?? 0) / 1000)));
}
