import type { Clock, Scheduled } from "./clock.ts";

interface Waiting extends Scheduled {
  readonly callback: () => void;
}

/** Taken once, so that fake timers installed later do not stop this clock. */
const { setImmediate: immediate, setTimeout: timeout } = globalThis;

/** Resolves when every promise job that is ready, and every one that those make ready, has run. */
function promiseJobsDone(): Promise<void> {
  return new Promise((resolve) => {
    if (immediate === undefined) timeout(resolve, 0);
    else immediate(resolve);
  });
}

/** A clock for tests: time passes only when told to, and everything due on the way happens in order. */
export class ManualClock implements Clock {
  #nowMs: number;
  #advancing = false;
  /** Soonest first; those due at the same moment in the order in which they were scheduled. */
  readonly #waiting: Waiting[] = [];

  constructor(startAtMs = 0) {
    this.#nowMs = startAtMs;
  }

  now(): number {
    return this.#nowMs;
  }

  schedule(atMs: number, callback: () => void): Scheduled {
    const waiting: Waiting = { atMs, callback };
    const after = this.#waiting.findIndex((other) => other.atMs > atMs);
    this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, waiting);
    return waiting;
  }

  cancel(scheduled: Scheduled): void {
    const index = this.#waiting.indexOf(scheduled as Waiting);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** How many callbacks wait: none when every call has settled. */
  get pending(): number {
    return this.#waiting.length;
  }

  /** Lets this many milliseconds pass. */
  advance(ms: number): Promise<void> {
    return this.advanceTo(this.#nowMs + ms);
  }

  /**
   * Lets time pass until this moment. Before the first callback that is due and after each one, promise jobs settle,
   * so what they schedule takes its place among the rest.
   * @throws RangeError when the moment is past, or an earlier advance has not ended yet
   */
  async advanceTo(atMs: number): Promise<void> {
    if (!(atMs >= this.#nowMs)) throw new RangeError(`time cannot go back to ${atMs}`);
    if (this.#advancing) throw new RangeError("await the earlier advance first");
    this.#advancing = true;
    try {
      await promiseJobsDone();
      for (let next = this.#takeDue(atMs); next !== undefined; next = this.#takeDue(atMs)) {
        this.#nowMs = Math.max(this.#nowMs, next.atMs);
        next.callback();
        await promiseJobsDone();
      }
      this.#nowMs = atMs;
    } finally {
      this.#advancing = false;
    }
  }

  #takeDue(atMs: number): Waiting | undefined {
    const first = this.#waiting[0];
    return first !== undefined && first.atMs <= atMs ? this.#waiting.shift() : undefined;
  }
}
