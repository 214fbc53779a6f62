import type { CircuitResult } from "../result.ts";
import { LevelSeries } from "../series.ts";

export type CircuitState = "closed" | "open" | "halfOpen" | "isolated";

/** What a run writes down about the breakers of one edge. */
export class CircuitRecord {
  readonly #states: CircuitState[];
  readonly #open: LevelSeries;
  readonly #halfOpen: LevelSeries;
  #opened = 0;
  #halfOpened = 0;
  #closed = 0;
  #attemptsUntilAllOpen = -1;

  constructor(breakers: number, bucketMs: number) {
    this.#states = new Array<CircuitState>(breakers).fill("closed");
    this.#open = new LevelSeries(bucketMs);
    this.#halfOpen = new LevelSeries(bucketMs);
  }

  /** @param attempts attempts started over the edge so far */
  changed(breaker: number, state: CircuitState, nowMs: number, attempts: number): void {
    const from = this.#states[breaker];
    this.#states[breaker] = state;
    if (from === "open") this.#open.change(nowMs, -1);
    if (from === "halfOpen") this.#halfOpen.change(nowMs, -1);
    if (state === "open") {
      this.#opened++;
      this.#open.change(nowMs, 1);
      const all = this.#open.level === this.#states.length;
      if (all && this.#attemptsUntilAllOpen < 0) this.#attemptsUntilAllOpen = attempts;
    } else if (state === "halfOpen") {
      this.#halfOpened++;
      this.#halfOpen.change(nowMs, 1);
    } else {
      this.#closed++;
    }
  }

  result(buckets: number, endMs: number): CircuitResult {
    return {
      breakers: this.#states.length,
      opened: this.#opened,
      halfOpened: this.#halfOpened,
      closed: this.#closed,
      openMs: this.#open.integral(endMs) + this.#halfOpen.integral(endMs),
      attemptsUntilAllOpen: this.#attemptsUntilAllOpen,
      series: { open: this.#open.toEnds(buckets), halfOpen: this.#halfOpen.toEnds(buckets) },
    };
  }
}
