import { type Alarm, EventQueue } from "./event-queue.ts";

/** More than this at one moment means that the model runs in a circle without time passing. */
const MOST_AT_ONE_MOMENT = 10_000_000;

/** A model in which infinitely much happens at one moment. */
export class TimeStandsStillError extends Error {
  override readonly name = "TimeStandsStillError";
  readonly code = "BREAKWATER_TIME_STANDS_STILL";

  constructor(atMs: number) {
    super(
      `more than ${MOST_AT_ONE_MOMENT} events happened at ${atMs} ms: the model runs in a circle in which no time ` +
        "passes. Give the users some think time, or the work a duration above 0.",
    );
  }
}

/** Virtual time: the clock, and what is still to happen. */
export class Kernel {
  nowMs = 0;
  /** Events that have happened. */
  fired = 0;
  readonly #queue = new EventQueue();

  /** When the next event is due; Infinity when there is none. */
  get nextAtMs(): number {
    return this.#queue.nextAtMs;
  }

  get pending(): number {
    return this.#queue.size;
  }

  /** @throws RangeError for a time in the past */
  at(atMs: number, alarm: Alarm): void {
    if (atMs < this.nowMs) throw new RangeError(`cannot schedule ${atMs} ms at ${this.nowMs} ms`);
    this.#queue.push(alarm, atMs);
  }

  /** A place in the order of things due at the same time, to be used with `atInTurn` later. */
  takeTurn(): number {
    return this.#queue.takeOrder();
  }

  /** As `at`, in the place that was taken earlier. */
  atInTurn(atMs: number, turn: number, alarm: Alarm): void {
    this.#queue.push(alarm, atMs, turn);
  }

  /** @throws RangeError for a delay below 0 */
  after(delayMs: number, alarm: Alarm): void {
    this.at(this.nowMs + delayMs, alarm);
  }

  cancel(alarm: Alarm): void {
    this.#queue.remove(alarm);
  }

  /**
   * Lets everything happen that is due up to and including `untilMs`, in order; stops early when `quiet` says so.
   * @throws TimeStandsStillError
   */
  run(untilMs: number, quiet: () => boolean = () => false): void {
    const queue = this.#queue;
    let atThisMoment = 0;
    for (;;) {
      const atMs = queue.nextAtMs;
      if (!(atMs <= untilMs) || queue.size === 0) return;
      atThisMoment = atMs === this.nowMs ? atThisMoment + 1 : 0;
      if (atThisMoment > MOST_AT_ONE_MOMENT) throw new TimeStandsStillError(atMs);
      if (quiet()) return;
      this.nowMs = atMs;
      this.fired++;
      queue.pop()?.owner.fire(atMs);
    }
  }
}
