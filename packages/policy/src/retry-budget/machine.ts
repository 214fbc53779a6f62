/**
 * Retry budget: bounds how much retries and hedges may add to the load, so that they cannot multiply an outage.
 *
 * A bucket of tokens. Calls (or successes) put `ratio` tokens in, time puts `floor` per second in, and each retry or
 * hedge takes one out as it is decided on, so that a wave of retries in backoff cannot pass the check together.
 *
 * Inputs: called, succeeded, withdraw, and the time that comes with each of them.
 * Invariants
 *   1. Over any time, withdrawals <= capacity + ratio x deposits + floor x seconds.
 *   2. The bucket never holds less than 0 or more than `capacity`.
 *
 * Source: "Fixing retries with token buckets and circuit breakers", M. Brooker, 2022.
 */
export interface ResolvedRetryBudget {
  readonly ratio: number;
  readonly floorPerMs: number;
  readonly capacity: number;
  readonly perSuccess: boolean;
}

export class RetryBudget {
  readonly #options: ResolvedRetryBudget;
  #tokens: number;
  #filledAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: ResolvedRetryBudget) {
    this.#options = options;
    this.#tokens = options.capacity;
  }

  /** Retries that could be made now. */
  tokens(nowMs: number): number {
    this.#fill(nowMs);
    return this.#tokens;
  }

  called(): void {
    if (!this.#options.perSuccess) this.#add(this.#options.ratio);
  }

  succeeded(): void {
    if (this.#options.perSuccess) this.#add(this.#options.ratio);
  }

  /** Takes the price of one retry or hedge; false when there is not enough. */
  withdraw(nowMs: number): boolean {
    if (!this.allows(nowMs)) return false;
    this.#tokens = Math.max(0, this.#tokens - 1);
    return true;
  }

  /** Whether there is enough for one retry or hedge. */
  allows(nowMs: number): boolean {
    this.#fill(nowMs);
    // Sums of a tenth are not exact: ten of them must buy a retry.
    return this.#tokens >= 1 - 1e-9;
  }

  #fill(nowMs: number): void {
    const { floorPerMs } = this.#options;
    if (floorPerMs > 0 && nowMs > this.#filledAtMs) {
      if (this.#filledAtMs > Number.NEGATIVE_INFINITY) {
        this.#add((nowMs - this.#filledAtMs) * floorPerMs);
      }
      this.#filledAtMs = nowMs;
    }
  }

  #add(tokens: number): void {
    this.#tokens = Math.min(this.#options.capacity, this.#tokens + tokens);
  }
}
