import type { ResolvedCircuitBreaker } from "./resolved.ts";

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
  /** The content with ages instead of times, so that it can be moved to another clock. */
  export(nowMs: number): WindowState;
  /** Takes an exported content, which state.ts has checked against this window, in place of its own. */
  restore(state: WindowState, nowMs: number): void;
}

export type WindowState = ConsecutiveState | CountState | TimeState;

export interface ConsecutiveState {
  readonly kind: "consecutive";
  readonly failures: number;
}

export interface CountState {
  readonly kind: "count";
  /** One character per result, oldest first: "." fine, "s" slow, "f" failed, "b" both. */
  readonly results: string;
}

export interface TimeState {
  readonly kind: "time";
  readonly sizeMs: number;
  readonly buckets: number;
  /** How far into its latest turn of `sizeMs` the window is; says when the slices end. */
  readonly phaseMs: number;
  readonly slices: readonly TimeSlice[];
}

export interface TimeSlice {
  /** How many slices before the latest one; 0 for the latest. */
  readonly ago: number;
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

  export(): ConsecutiveState {
    return { kind: "consecutive", failures: this.failures };
  }

  restore({ failures }: ConsecutiveState): void {
    this.failures = failures;
  }
}

const FAILED = 1;
const SLOW = 2;
const LETTERS = ".fsb";

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

  export(): CountState {
    const { length } = this.#ring;
    let results = "";
    for (let i = this.calls; i > 0; i--) {
      results += LETTERS[this.#ring[(this.#next - i + length) % length] as number];
    }
    return { kind: "count", results };
  }

  restore({ results }: CountState): void {
    this.clear();
    for (const letter of results) {
      const result = LETTERS.indexOf(letter);
      this.add((result & FAILED) !== 0, (result & SLOW) !== 0);
    }
  }
}

/**
 * The results of the last `sizeMs`, in slices. The first result of an empty window begins its first slice, so that
 * nothing depends on where a clock has its zero. Slices expire by the time that is told, on every reading as well as
 * on every addition: an idle hour empties the window though nobody called.
 */
export class TimeWindow implements CallWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  readonly #sizeMs: number;
  readonly #calls: Uint32Array;
  readonly #failures: Uint32Array;
  readonly #slow: Uint32Array;
  /** When slice 0 began. */
  #originMs = 0;
  /** The latest slice. */
  #index = 0;

  constructor(sizeMs: number, slices: number) {
    this.#sizeMs = sizeMs;
    this.#calls = new Uint32Array(slices);
    this.#failures = new Uint32Array(slices);
    this.#slow = new Uint32Array(slices);
  }

  add(failed: boolean, slow: boolean, nowMs: number): void {
    this.expire(nowMs);
    if (this.calls === 0) {
      this.#originMs = nowMs;
      this.#index = 0;
    }
    this.#put(this.#slot(this.#index), 1, failed ? 1 : 0, slow ? 1 : 0);
  }

  expire(nowMs: number): void {
    if (this.calls === 0) return;
    const index = this.#indexAt(nowMs - this.#originMs);
    if (index <= this.#index) return;
    const stale = Math.min(index - this.#index, this.#calls.length);
    for (let i = 0; i < stale; i++) this.#drop(this.#slot(index - i));
    this.#index = index;
  }

  /** Multiplies first: whole milliseconds stay exact though a slice may not be a whole number of them. */
  #indexAt(sinceOriginMs: number): number {
    return Math.floor((sinceOriginMs * this.#calls.length) / this.#sizeMs);
  }

  #slot(index: number): number {
    const slices = this.#calls.length;
    return ((index % slices) + slices) % slices;
  }

  #put(slot: number, calls: number, failures: number, slow: number): void {
    this.#calls[slot] = (this.#calls[slot] as number) + calls;
    this.#failures[slot] = (this.#failures[slot] as number) + failures;
    this.#slow[slot] = (this.#slow[slot] as number) + slow;
    this.calls += calls;
    this.failures += failures;
    this.slow += slow;
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

  export(nowMs: number): TimeState {
    this.expire(nowMs);
    const buckets = this.#calls.length;
    const slices: TimeSlice[] = [];
    for (let ago = buckets - 1; ago >= 0; ago--) {
      const slot = this.#slot(this.#index - ago);
      const calls = this.#calls[slot] as number;
      if (calls === 0) continue;
      const failures = this.#failures[slot] as number;
      slices.push({ ago, calls, failures, slow: this.#slow[slot] as number });
    }
    const sinceOriginMs = this.calls === 0 ? 0 : Math.max(0, nowMs - this.#originMs);
    const phaseMs = sinceOriginMs % this.#sizeMs;
    return { kind: "time", sizeMs: this.#sizeMs, buckets, phaseMs, slices };
  }

  restore({ phaseMs, slices }: TimeState, nowMs: number): void {
    this.clear();
    this.#originMs = nowMs - phaseMs;
    this.#index = this.#indexAt(phaseMs);
    for (const { ago, calls, failures, slow } of slices) {
      this.#put(this.#slot(this.#index - ago), calls, failures, slow);
    }
  }
}

export function makeWindow(window: ResolvedCircuitBreaker["window"]): CallWindow {
  if (window.kind === "consecutive") return new ConsecutiveWindow();
  if (window.kind === "count") return new CountWindow(window.size);
  return new TimeWindow(window.sizeMs, window.buckets);
}
