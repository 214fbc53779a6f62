import type { Clock, Scheduled } from "../clock/clock.ts";
import { type Line, RealClock, type Sleeper } from "../clock/real-clock.ts";

/** How a driver has its calls woken. A sleeper waits for one moment at a time. */
export interface Timers {
  set(sleeper: Sleeper, atMs: number): void;
  /** Does nothing if the sleeper does not wait. */
  drop(sleeper: Sleeper): void;
  /** Another one, which does not wait yet, is woken in the place of this one, if it waits. */
  replace(sleeper: Sleeper, by: Sleeper): void;
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

  replace(sleeper: Sleeper, by: Sleeper): void {
    this.#clock.replace(sleeper, by);
  }
}

/** On any other clock, with a callback for each wait. */
class ClockTimers implements Timers {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(sleeper: Sleeper, atMs: number): void {
    const waiting = new WaitingOnClock(sleeper);
    sleeper.ringsAtMs = atMs;
    sleeper.bed = waiting;
    waiting.scheduled = this.#clock.schedule(atMs, waiting.ring);
  }

  drop(sleeper: Sleeper): void {
    const { scheduled } = (sleeper.bed as WaitingOnClock | undefined) ?? {};
    if (scheduled !== undefined) this.#clock.cancel(scheduled);
    forget(sleeper);
  }

  replace(sleeper: Sleeper, by: Sleeper): void {
    if (sleeper.bed === undefined) return;
    by.bed = sleeper.bed;
    by.ringsAtMs = sleeper.ringsAtMs;
    (by.bed as WaitingOnClock).sleeper = by;
    forget(sleeper);
  }
}

class WaitingOnClock {
  sleeper: Sleeper;
  scheduled: Scheduled | undefined = undefined;

  constructor(sleeper: Sleeper) {
    this.sleeper = sleeper;
  }

  readonly ring = (): void => {
    forget(this.sleeper);
    this.sleeper.wake();
  };
}

function forget(sleeper: Sleeper): void {
  sleeper.bed = undefined;
  sleeper.ringsAtMs = Number.POSITIVE_INFINITY;
}
