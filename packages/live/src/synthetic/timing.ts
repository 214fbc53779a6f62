/** A gap between two signs of life that is longer than this was no work: the process was stopped, or starved. */
const STILL_MS = 150;
const BEAT_MS = 20;

/** Milliseconds since 1970 on a clock that does not jump, the same in all processes of a machine. */
export function commonMs(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Waits, and knows how long the process was stopped meanwhile: work that is played with a timer must go on where it
 * was, as real work does, and not be done when the process awakes.
 */
export class Timing {
  #stoppedMs = 0;
  #aliveMs = performance.now();
  readonly #beat: ReturnType<typeof setInterval>;

  constructor() {
    this.#beat = setInterval(() => this.#alive(), BEAT_MS);
    this.#beat.unref();
  }

  close(): void {
    clearInterval(this.#beat);
  }

  /** Busy for so long, not counting the time in which the process was stopped. */
  async work(workMs: number, signal: AbortSignal): Promise<void> {
    const stoppedBefore = this.#alive();
    await sleep(workMs, signal);
    for (let given = 0; !signal.aborted; ) {
      const missedMs = this.#alive() - stoppedBefore - given;
      if (missedMs <= 0) return;
      given += missedMs;
      await sleep(missedMs, signal);
    }
  }

  /** Returns how long the process was stopped in all. */
  #alive(): number {
    const nowMs = performance.now();
    const gapMs = nowMs - this.#aliveMs;
    this.#aliveMs = nowMs;
    if (gapMs > STILL_MS) this.#stoppedMs += gapMs - BEAT_MS / 2;
    return this.#stoppedMs;
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Resolves after so long, or at once when the signal says so. Timers ring up to 1 ms late, so half of it is taken off. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted || ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(LONGEST_TIMER_MS, Math.round(ms - 0.5)));
    signal?.addEventListener("abort", done, { once: true });
  });
}
