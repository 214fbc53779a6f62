/**
 * Client throttle: refuses attempts on our own side when the dependency has accepted too few of the latest ones, so
 * that an overloaded dependency does not spend itself on refusing.
 *
 * Over a sliding window, p = max(0, (requests - K x accepts) / (requests + 1)) of the attempts are refused. Requests
 * count when they are made, refused by us or not; counted when they end, a dependency that hangs would look idle.
 *
 * Inputs: acquire, record, giveBack, reconfigure, and the time that comes with each of them.
 * Invariants
 *   1. 0 <= p < 1: some attempts always get through, or nobody would notice the recovery.
 *   2. While requests <= K x accepts nothing is refused.
 *
 * Source: "Handling overload", Site Reliability Engineering, B. Beyer and others, 2016.
 */
export interface ResolvedClientThrottle {
  /** K: attempts that go out per attempt that is accepted. */
  readonly multiplier: number;
  readonly windowMs: number;
  /** Attempts per ms that go out however little is accepted. */
  readonly floorPerMs: number;
}

/** Slices of the window; one slice at a time grows too old. */
const SLICES = 60;

export class ClientThrottle {
  #multiplier: number;
  #floor: number;
  #sliceMs: number;
  readonly #requests = new Float64Array(SLICES);
  readonly #accepts = new Float64Array(SLICES);
  #allRequests = 0;
  #allAccepts = 0;
  #startedAtMs = Number.NaN;
  /** How many slices have begun since the start. */
  #slice = 0;

  constructor({ multiplier, windowMs, floorPerMs }: ResolvedClientThrottle) {
    this.#multiplier = multiplier;
    this.#floor = floorPerMs * windowMs;
    this.#sliceMs = windowMs / SLICES;
  }

  /** Other options from now on. What was counted stays, as far as the new window reaches back. */
  reconfigure({ multiplier, windowMs, floorPerMs }: ResolvedClientThrottle, nowMs: number): void {
    this.#multiplier = multiplier;
    this.#floor = floorPerMs * windowMs;
    const sliceMs = windowMs / SLICES;
    if (sliceMs !== this.#sliceMs) this.#cutAnew(sliceMs, nowMs);
  }

  /** Counts in slices of another length. */
  #cutAnew(sliceMs: number, nowMs: number): void {
    this.#advance(nowMs);
    const [requests, accepts] = [this.#requests.slice(), this.#accepts.slice()];
    const [latest, agedMs] = [this.#slice, this.#sliceMs];
    this.#requests.fill(0);
    this.#accepts.fill(0);
    this.#allRequests = this.#allAccepts = this.#slice = 0;
    this.#sliceMs = sliceMs;
    // Ends with the slice of now, whatever was before it.
    this.#startedAtMs = nowMs - (SLICES - 1) * sliceMs;
    this.#slice = SLICES - 1;
    for (let age = 0; age < SLICES && age <= latest; age++) {
      const index = SLICES - 1 - Math.floor((age * agedMs) / sliceMs);
      if (index < 0) break;
      const old = (latest - age) % SLICES;
      this.#count(index, requests[old] as number, accepts[old] as number);
    }
  }

  #count(index: number, requests: number, accepts: number): void {
    this.#requests[index] = (this.#requests[index] as number) + requests;
    this.#accepts[index] = (this.#accepts[index] as number) + accepts;
    this.#allRequests += requests;
    this.#allAccepts += accepts;
  }

  /**
   * An attempt wants out. False when it is refused.
   * @param uniform a random number from 0 to below 1
   */
  acquire(nowMs: number, uniform: number): boolean {
    const refused = uniform < this.refusalShare(nowMs);
    this.#addRequests(1);
    return !refused;
  }

  /** How an attempt that went out has ended: accepted is any answer but one that says "too much". */
  record(accepted: boolean, nowMs: number): void {
    if (!accepted) return;
    this.#advance(nowMs);
    const index = this.#slice % SLICES;
    this.#accepts[index] = (this.#accepts[index] as number) + 1;
    this.#allAccepts++;
  }

  /** An attempt that was let through did not go out after all, or its caller has left: it does not count. */
  giveBack(nowMs: number): void {
    this.#advance(nowMs);
    this.#addRequests(-1);
  }

  /** Attempts and accepted attempts of the window. */
  counts(nowMs: number): { readonly requests: number; readonly accepts: number } {
    this.#advance(nowMs);
    // What was given back may stay in the window for longer than what it was given back for.
    return { requests: Math.max(0, this.#allRequests), accepts: this.#allAccepts };
  }

  /** p: the share of attempts that is refused now. */
  refusalShare(nowMs: number): number {
    this.#advance(nowMs);
    const requests = Math.max(0, this.#allRequests);
    const allowed = Math.max(this.#multiplier * this.#allAccepts, this.#floor);
    return Math.max(0, (requests - allowed) / (requests + 1));
  }

  #addRequests(count: number): void {
    const index = this.#slice % SLICES;
    this.#requests[index] = (this.#requests[index] as number) + count;
    this.#allRequests += count;
  }

  #advance(nowMs: number): void {
    if (Number.isNaN(this.#startedAtMs)) this.#startedAtMs = nowMs;
    const slice = Math.floor((nowMs - this.#startedAtMs) / this.#sliceMs);
    if (slice <= this.#slice) return;
    const from = Math.max(this.#slice, slice - SLICES);
    for (let old = from + 1; old <= slice; old++) {
      const index = old % SLICES;
      this.#allRequests -= this.#requests[index] as number;
      this.#allAccepts -= this.#accepts[index] as number;
      this.#requests[index] = this.#accepts[index] = 0;
    }
    this.#slice = slice;
  }
}
