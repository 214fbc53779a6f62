import type { Clock, Scheduled } from "../clock/clock.ts";
import { type Line, RealClock, type Sleeper } from "../clock/real-clock.ts";

/** How a driver has its calls woken. A sleeper waits for one moment at a time. */
export interface Timers {
  set(sleeper: Sleeper, atMs: number): void;
  /** Does nothing if the sleeper does not wait. */
  drop(sleeper: Sleeper): void;
}

export function timersOf(clock: Clock): Timers {
  return clock instanceof RealClock ? new LineTimers(clock) : new ClockTimers(clock);
}

/** On the real clock a call stands in the clock's own lines, and mostly in the same one as the call before. */
class LineTimers implements Timers {
  readonly #clock: RealClock;
  #usual: Line | undefined = undefined;

  constructor(clock: RealClock) {
    this.#clock = clock;
  }

  set(sleeper: Sleeper, atMs: number): void {
    this.#usual = this.#clock.sleep(sleeper, atMs, this.#usual);
  }

  drop(sleeper: Sleeper): void {
    this.#clock.rouse(sleeper);
  }
}

/** On any other clock, with a callback for each wait. */
class ClockTimers implements Timers {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(sleeper: Sleeper, atMs: number): void {
    sleeper.ringsAtMs = atMs;
    sleeper.bed = this.#clock.schedule(atMs, () => {
      forget(sleeper);
      sleeper.wake();
    });
  }

  drop(sleeper: Sleeper): void {
    if (sleeper.bed === undefined) return;
    this.#clock.cancel(sleeper.bed as Scheduled);
    forget(sleeper);
  }
}

function forget(sleeper: Sleeper): void {
  sleeper.bed = undefined;
  sleeper.ringsAtMs = Number.POSITIVE_INFINITY;
}
