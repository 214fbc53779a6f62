/**
 * Which attempts are out, and since when, oldest first: a ring of starting times. Permits are numbered in the order in
 * which they are given, so a permit says where in the ring its attempt stands; every operation takes the same time
 * however many attempts are out. It holds as many places as permits are given within `longerThanMs`, whatever hangs.
 */
export class AttemptsOut {
  /** When the oldest attempt that is out will count as hanging; Infinity when none is out. */
  dueAtMs: number = Number.POSITIVE_INFINITY;
  readonly #longerThanMs: number;
  /** The start of permit p stands at p modulo the ring's size, a power of two; NaN once it has ended. */
  #starts: Float64Array = new Float64Array(16);
  #oldest = 0;
  #next = 0;

  constructor(longerThanMs: number) {
    this.#longerThanMs = longerThanMs;
  }

  /** The permit for an attempt that goes out now. */
  add(nowMs: number): number {
    if (this.#next - this.#oldest === this.#starts.length) this.#grow();
    const permit = this.#next++;
    this.#starts[permit & (this.#starts.length - 1)] = nowMs;
    if (permit === this.#oldest) this.dueAtMs = nowMs + this.#longerThanMs;
    return permit;
  }

  /** An attempt has ended. False when it is not out: it ended before, hung, or everything was forgotten since. */
  end(permit: number): boolean {
    if (permit < this.#oldest || permit >= this.#next) return false;
    const at = permit & (this.#starts.length - 1);
    if (Number.isNaN(this.#starts[at])) return false;
    this.#starts[at] = Number.NaN;
    if (permit === this.#oldest) this.#skipEnded();
    return true;
  }

  /** The oldest hangs: whatever becomes of it, it is not waited for any more. */
  giveUpOldest(): void {
    this.end(this.#oldest);
  }

  /** Forgets all that are out. */
  clear(): void {
    this.#oldest = this.#next;
    this.dueAtMs = Number.POSITIVE_INFINITY;
  }

  #skipEnded(): void {
    const mask = this.#starts.length - 1;
    while (this.#oldest < this.#next && Number.isNaN(this.#starts[this.#oldest & mask])) {
      this.#oldest++;
    }
    this.dueAtMs =
      this.#oldest === this.#next
        ? Number.POSITIVE_INFINITY
        : (this.#starts[this.#oldest & mask] as number) + this.#longerThanMs;
  }

  #grow(): void {
    const old = this.#starts;
    this.#starts = new Float64Array(old.length * 2);
    for (let permit = this.#oldest; permit < this.#next; permit++) {
      const start = old[permit & (old.length - 1)] as number;
      this.#starts[permit & (this.#starts.length - 1)] = start;
    }
  }
}
