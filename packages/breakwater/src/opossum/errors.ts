/**
 * - `EOPENBREAKER`: the circuit is open, or half-open with its trial under way.
 * - `ETIMEDOUT`: the action took longer than `timeout`.
 * - `ESEMLOCKED`: as many actions as `capacity` allows are running.
 * - `ESHUTDOWN`: the breaker has been shut down.
 */
export type BreakerErrorCode = "EOPENBREAKER" | "ETIMEDOUT" | "ESEMLOCKED" | "ESHUTDOWN";

/** An error of the breaker itself, with opossum's message and code; see CircuitBreaker.isOurError. */
export class BreakerError extends Error {
  readonly code: BreakerErrorCode;

  constructor(code: BreakerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
