/** How a request ended, in one word of the same vocabulary as calls. */
export type AccessOutcome = "ok" | "fallback" | "rejected" | "timedOut" | "failed" | "cancelled";

/** What a status says. A mistake of the client's (4xx) is no failure of the service: it is ok. */
export function accessOutcome(status: number, degraded: boolean): AccessOutcome {
  if (status === 503) return "rejected";
  if (status === 504) return "timedOut";
  if (status >= 500) return "failed";
  return degraded ? "fallback" : "ok";
}
