import { Histogram } from "@breakwater/metrics";

const BEAT_MS = 10;

/** How late this process was: with what it sent, and with a timer that only measures that. */
export class Lateness {
  readonly sends = new Histogram();
  readonly #beats = new Histogram();
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;

  start(): void {
    const dueMs = performance.now() + BEAT_MS;
    this.#timer = setTimeout(() => {
      this.#beats.record(Math.max(0, performance.now() - dueMs));
      this.start();
    }, BEAT_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** The worse of the two, in milliseconds: a stalled process delays answers as well as requests. */
  percentile(percent: number): number {
    const sends = this.sends.percentile(percent) ?? 0;
    return Math.max(sends, this.#beats.percentile(percent) ?? 0);
  }
}

/** Why a run is refused whose own load was late. */
export function tooLate(lateMs: number, mostMs: number): string {
  return (
    `the load generator was late: ${lateMs.toFixed(1)} ms at the 99th percentile, where ${mostMs} ms are allowed. ` +
    "What it measured would be its own delay: give the machine less to do, lower the rate, or allow more (--max-lateness)"
  );
}
