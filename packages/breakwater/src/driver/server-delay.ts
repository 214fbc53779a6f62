import { NO_SERVER_DELAY } from "@breakwater/policy";

/** A delay that the server told: `retryAfterMs`, a number of milliseconds, on the error. */
export function serverDelayOf(error: unknown): number {
  if (typeof error !== "object" || error === null) return NO_SERVER_DELAY;
  try {
    const { retryAfterMs } = error as { retryAfterMs?: unknown };
    if (typeof retryAfterMs !== "number" || !Number.isFinite(retryAfterMs)) return NO_SERVER_DELAY;
    return retryAfterMs >= 0 ? retryAfterMs : NO_SERVER_DELAY;
  } catch {
    // An error object whose properties cannot be read has told nothing.
    return NO_SERVER_DELAY;
  }
}
