/**
 * Which past attempts a circuit breaker judges. A window only counts; whether the counts open the circuit is
 * decided in machine.ts. Adding a result costs the same however many results the window holds.
 */
export interface CallWindow {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  add(failed: boolean, slow: boolean, nowMs: number): void;
  /** Forgets what has grown too old by now. A window without time has nothing to forget. */
  expire(nowMs: number): void;
  clear(): void;
  export(nowMs: number): WindowState;
}

/** A window's content with ages instead of times, so that it can be moved to another clock. Oldest first. */
export type WindowState = readonly WindowSlice[];

export interface WindowSlice {
  /** How long before the export the slice began; 0 where the window has no time. */
  readonly ageMs: number;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** Failures since the last success. */
export class ConsecutiveWindow implements CallWindow {
  failures = 0;
  readonly slow = 0;

  /** With a run of failures, every call in the window is a failure. */
  get calls(): number {
    return this.failures;
  }

  add(failed: boolean): void {
    this.failures = failed ? this.failures + 1 : 0;
  }

  expire(): void {}

  clear(): void {
    this.failures = 0;
  }

  export(): WindowState {
    const { failures } = this;
    return failures === 0 ? [] : [{ ageMs: 0, calls: failures, failures, slow: 0 }];
  }
}

const FAILED = 1;
const SLOW = 2;

/** The latest `size` results, in a ring. */
export class CountWindow implements CallWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #ring: Uint8Array;
  #next = 0;

  constructor(size: number) {
    this.#ring = new Uint8Array(size);
  }

  add(failed: boolean, slow: boolean): void {
    const ring = this.#ring;
    if (this.calls === ring.length) this.#forget(ring[this.#next] as number);
    ring[this.#next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.#next = (this.#next + 1) % ring.length;
    this.calls++;
    if (failed) this.failures++;
    if (slow) this.slow++;
  }

  #forget(result: number): void {
    this.calls--;
    if (result & FAILED) this.failures--;
    if (result & SLOW) this.slow--;
  }

  expire(): void {}

  clear(): void {
    this.calls = this.failures = this.slow = this.#next = 0;
  }

  export(): WindowState {
    const { length } = this.#ring;
    const slices: WindowSlice[] = [];
    for (let i = this.calls; i > 0; i--) {
      const result = this.#ring[(this.#next - i + length) % length] as number;
      const failures = result & FAILED ? 1 : 0;
      slices.push({ ageMs: 0, calls: 1, failures, slow: result & SLOW ? 1 : 0 });
    }
    return slices;
  }
}

/**
 * The results of the last `sizeMs`, in slices. Slices are aligned to the clock and expire by the time that is told,
 * on every reading as well as on every addition: an idle hour empties the window though nobody called.
 */
export class TimeWindow implements CallWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #sliceMs: number;
  readonly #calls: Uint32Array;
  readonly #failures: Uint32Array;
  readonly #slow: Uint32Array;
  #index = Number.NEGATIVE_INFINITY;

  constructor(sizeMs: number, slices: number) {
    this.#sliceMs = sizeMs / slices;
    this.#calls = new Uint32Array(slices);
    this.#failures = new Uint32Array(slices);
    this.#slow = new Uint32Array(slices);
  }

  add(failed: boolean, slow: boolean, nowMs: number): void {
    this.addMany(1, failed ? 1 : 0, slow ? 1 : 0, nowMs);
  }

  addMany(calls: number, failures: number, slow: number, nowMs: number): void {
    this.expire(nowMs);
    const slot = this.#slot(this.#index);
    this.#calls[slot] = (this.#calls[slot] as number) + calls;
    this.#failures[slot] = (this.#failures[slot] as number) + failures;
    this.#slow[slot] = (this.#slow[slot] as number) + slow;
    this.calls += calls;
    this.failures += failures;
    this.slow += slow;
  }

  expire(nowMs: number): void {
    const index = Math.floor(nowMs / this.#sliceMs);
    if (index <= this.#index) return;
    const slices = this.#calls.length;
    const stale = Math.min(index - this.#index, slices);
    for (let i = 0; i < stale; i++) this.#drop(this.#slot(index - i));
    this.#index = index;
  }

  #slot(index: number): number {
    const slices = this.#calls.length;
    return ((index % slices) + slices) % slices;
  }

  #drop(slot: number): void {
    this.calls -= this.#calls[slot] as number;
    this.failures -= this.#failures[slot] as number;
    this.slow -= this.#slow[slot] as number;
    this.#calls[slot] = this.#failures[slot] = this.#slow[slot] = 0;
  }

  clear(): void {
    this.calls = this.failures = this.slow = 0;
    this.#calls.fill(0);
    this.#failures.fill(0);
    this.#slow.fill(0);
  }

  export(nowMs: number): WindowState {
    this.expire(nowMs);
    const slices: WindowSlice[] = [];
    for (let back = this.#calls.length - 1; back >= 0; back--) {
      const slot = this.#slot(this.#index - back);
      const calls = this.#calls[slot] as number;
      if (calls === 0) continue;
      const ageMs = nowMs - (this.#index - back) * this.#sliceMs;
      const failures = this.#failures[slot] as number;
      slices.push({ ageMs, calls, failures, slow: this.#slow[slot] as number });
    }
    return slices;
  }
}
