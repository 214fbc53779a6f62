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
}

export const FAILED = 1;
export const SLOW = 2;

/** The latest `size` results, in a ring. */
export class CountWindow implements CallWindow {
  calls = 0;
  failures = 0;
  slow = 0;
  /** FAILED and SLOW as bits. */
  readonly ring: Uint8Array;
  /** Where the next result goes: over the oldest one, once the ring is full. */
  next = 0;

  constructor(size: number) {
    this.ring = new Uint8Array(size);
  }

  add(failed: boolean, slow: boolean): void {
    const ring = this.ring;
    if (this.calls === ring.length) this.#forget(ring[this.next] as number);
    ring[this.next] = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    this.next = (this.next + 1) % ring.length;
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
    this.calls = this.failures = this.slow = this.next = 0;
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
  readonly sizeMs: number;
  readonly buckets: number;
  /** Calls, failures and slow ones of one slice after the other. */
  readonly counts: Uint32Array;
  /** When slice 0 began. */
  originMs = 0;
  /** The latest slice. */
  index = 0;
  /** Until then, results belong to the latest slice, which stands at #at. */
  #sameUntilMs = Number.NEGATIVE_INFINITY;
  #at = 0;

  constructor(sizeMs: number, buckets: number) {
    this.sizeMs = sizeMs;
    this.buckets = buckets;
    this.counts = new Uint32Array(buckets * 3);
  }

  add(failed: boolean, slow: boolean, nowMs: number): void {
    if (nowMs >= this.#sameUntilMs) this.#findSlice(nowMs);
    const at = this.#at;
    this.counts[at] = (this.counts[at] as number) + 1;
    this.calls++;
    if (failed || slow) this.put(at, 0, failed ? 1 : 0, slow ? 1 : 0);
  }

  /** Most results fall into the slice of the one before, which need not be found again. */
  #findSlice(nowMs: number): void {
    this.expire(nowMs);
    if (this.calls === 0) {
      this.originMs = nowMs;
      this.index = 0;
    }
    this.#at = this.placeOf(this.index);
    // A microsecond early: near the edge, indexAt decides.
    const sinceOriginMs = ((this.index + 1) * this.sizeMs) / this.buckets - 1e-3;
    this.#sameUntilMs = this.originMs + sinceOriginMs;
  }

  expire(nowMs: number): void {
    if (this.calls === 0) return;
    const index = this.indexAt(nowMs - this.originMs);
    const { counts } = this;
    for (let n = Math.min(index - this.index, this.buckets); n > 0; n--) {
      const at = this.placeOf(index - n + 1);
      const calls = counts[at] as number;
      this.put(at, -calls, -(counts[at + 1] as number), -(counts[at + 2] as number));
    }
    if (index <= this.index) return;
    this.index = index;
    this.#sameUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** The slice of a moment. Multiplies first: whole milliseconds stay exact though a slice may not be a whole number. */
  indexAt(sinceOriginMs: number): number {
    return Math.floor((sinceOriginMs * this.buckets) / this.sizeMs);
  }

  /** Where a slice stands in `counts`. */
  placeOf(index: number): number {
    const { buckets } = this;
    return (((index % buckets) + buckets) % buckets) * 3;
  }

  /** Adds to one slice, and to the whole. */
  put(at: number, calls: number, failures: number, slow: number): void {
    const { counts } = this;
    counts[at] = (counts[at] as number) + calls;
    counts[at + 1] = (counts[at + 1] as number) + failures;
    counts[at + 2] = (counts[at + 2] as number) + slow;
    this.calls += calls;
    this.failures += failures;
    this.slow += slow;
  }

  clear(): void {
    this.calls = this.failures = this.slow = 0;
    this.counts.fill(0);
    this.#sameUntilMs = Number.NEGATIVE_INFINITY;
  }
}

export function makeWindow(window: ResolvedCircuitBreaker["window"]): CallWindow {
  if (window.kind === "consecutive") return new ConsecutiveWindow();
  if (window.kind === "count") return new CountWindow(window.size);
  return new TimeWindow(window.sizeMs, window.buckets);
}
