import type { Presence } from "../result.ts";

/**
 * How many requests are in a service over time, and how long each of them stayed: the two sides of Little's law, each
 * counted on its own. The first is the area under their number; the second the sum of what each one took.
 */
export class PresenceRecord {
  #present = 0;
  #sinceMs = 0;
  #areaMs = 0;
  #left = 0;
  #stayedMs = 0;
  #noted = false;

  came(nowMs: number): void {
    this.#noted = true;
    this.#until(nowMs);
    this.#present++;
  }

  left(arrivedAtMs: number, nowMs: number): void {
    this.#until(nowMs);
    this.#present--;
    this.#left++;
    this.#stayedMs += nowMs - arrivedAtMs;
  }

  /** undefined when nobody told who came and left. */
  result(endMs: number): Presence | undefined {
    if (!this.#noted) return undefined;
    const areaMs = this.#areaMs + this.#present * (endMs - this.#sinceMs);
    return { areaMs, left: this.#left, stayedMs: this.#stayedMs };
  }

  #until(nowMs: number): void {
    this.#areaMs += this.#present * (nowMs - this.#sinceMs);
    this.#sinceMs = nowMs;
  }
}
