/**
 * Rate limiter: no more than so many attempts per time. An attempt that comes too early is refused, with the time at
 * which it would be let through, or is given a reservation for that time.
 *
 * Inputs: acquire, giveBack, and the time that comes with each of them.
 * Invariants
 *   1. tokenBucket: over any stretch of T ms, attempts let through <= burst + T x limit / per.
 *   2. slidingWindow: in any stretch of `per`, attempts let through <= limit.
 *
 * The token bucket is kept as one number, the time at which it would be full again (the generic cell rate algorithm,
 * ITU-T I.371): no drift, and nothing to refill.
 */
export interface ResolvedRateLimiter {
  readonly kind: "tokenBucket" | "slidingWindow";
  readonly limit: number;
  readonly perMs: number;
  readonly burst: number;
  readonly maxWaitMs: number;
}

/** What acquire answers when the wait would be longer than allowed. */
export const REFUSED = -1;

export interface RateLimiter {
  /** How long to wait before the attempt may go out: 0 for now, REFUSED for not at all. */
  acquire(nowMs: number): number;
  /**
   * The reservation for this time will not be used. Only the latest can be handed on: others have been given later
   * times because of any other, and would go out together with whoever took it over.
   */
  giveBack(reservedAtMs: number): void;
  /** When an attempt would be let through. */
  retryAfterMs(nowMs: number): number;
}

export function makeRateLimiter(options: ResolvedRateLimiter): RateLimiter {
  return options.kind === "tokenBucket" ? new TokenBucket(options) : new SlidingWindow(options);
}

class TokenBucket implements RateLimiter {
  readonly #intervalMs: number;
  readonly #toleranceMs: number;
  readonly #maxWaitMs: number;
  /** When the bucket would be full again if nobody came. */
  #fullAtMs = Number.NEGATIVE_INFINITY;

  constructor({ limit, perMs, burst, maxWaitMs }: ResolvedRateLimiter) {
    this.#intervalMs = perMs / limit;
    this.#toleranceMs = (burst - 1) * this.#intervalMs;
    this.#maxWaitMs = maxWaitMs;
  }

  acquire(nowMs: number): number {
    const waitMs = this.retryAfterMs(nowMs);
    if (waitMs > this.#maxWaitMs) return REFUSED;
    this.#fullAtMs = Math.max(this.#fullAtMs, nowMs) + this.#intervalMs;
    return waitMs;
  }

  giveBack(reservedAtMs: number): void {
    const latestMs = this.#fullAtMs - this.#intervalMs - this.#toleranceMs;
    // Reservations are an interval apart; half of one is for rounding.
    if (reservedAtMs > latestMs - this.#intervalMs / 2) this.#fullAtMs -= this.#intervalMs;
  }

  retryAfterMs(nowMs: number): number {
    return Math.max(0, this.#fullAtMs - this.#toleranceMs - nowMs);
  }
}

class SlidingWindow implements RateLimiter {
  readonly #perMs: number;
  readonly #maxWaitMs: number;
  /** When the latest `limit` attempts go out, reservations included; the oldest is at #next. */
  readonly #times: Float64Array;
  #next = 0;

  constructor({ limit, perMs, maxWaitMs }: ResolvedRateLimiter) {
    this.#perMs = perMs;
    this.#maxWaitMs = maxWaitMs;
    this.#times = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  }

  acquire(nowMs: number): number {
    const waitMs = this.retryAfterMs(nowMs);
    if (waitMs > this.#maxWaitMs) return REFUSED;
    this.#times[this.#next] = nowMs + waitMs;
    this.#next = (this.#next + 1) % this.#times.length;
    return waitMs;
  }

  giveBack(reservedAtMs: number): void {
    const latest = (this.#next === 0 ? this.#times.length : this.#next) - 1;
    if (reservedAtMs !== this.#times[latest]) return;
    // It was reserved for the moment in which the one before it in this place leaves the window.
    this.#times[latest] = reservedAtMs - this.#perMs;
    this.#next = latest;
  }

  retryAfterMs(nowMs: number): number {
    return Math.max(0, (this.#times[this.#next] as number) + this.#perMs - nowMs);
  }
}
