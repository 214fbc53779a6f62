import { NO_SERVER_DELAY } from "@breakwater/policy";

/** A delay that the server told: `retryAfterMs`, a number of milliseconds, on the error. */
export function serverDelayOf(error: unknown): number {
  const retryAfterMs = read(error, "retryAfterMs");
  if (typeof retryAfterMs !== "number" || !Number.isFinite(retryAfterMs)) return NO_SERVER_DELAY;
  return retryAfterMs >= 0 ? retryAfterMs : NO_SERVER_DELAY;
}

/** Whether the dependency has said that it has too much to do: `overloaded: true` on the error. */
export function isOverloaded(error: unknown): boolean {
  return read(error, "overloaded") === true;
}

function read(error: unknown, property: "retryAfterMs" | "overloaded"): unknown {
  if (typeof error !== "object" || error === null) return undefined;
  try {
    return (error as Readonly<Record<string, unknown>>)[property];
  } catch {
    // An error object whose properties cannot be read has told nothing.
    return undefined;
  }
}
