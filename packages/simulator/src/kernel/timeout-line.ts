/**
 * Timeouts of one duration, in the order in which they are due: who comes later is due later. Only the first has an
 * alarm in the queue of events, however many wait behind it; most leave before their time has come, and leave nothing
 * behind.
 *
 * Invariants
 *   1. Each fires at its own time and in its own turn among things due at that time, as if it had an alarm itself.
 *   2. While somebody waits, the line's alarm is set for the first one's time or earlier.
 */
import { Alarm, type KernelEvent } from "./event-queue.ts";
import type { Kernel } from "./kernel.ts";

/** Something with a place in the line; the line writes all fields but the time. */
export interface Timed extends KernelEvent {
  readonly timerAtMs: number;
  timerTurn: number;
  isInLine: boolean;
  dueBefore: Timed | undefined;
  dueBehind: Timed | undefined;
}

export class TimeoutLine implements KernelEvent {
  readonly #kernel: Kernel;
  readonly #alarm = new Alarm(this);
  #first: Timed | undefined = undefined;
  #last: Timed | undefined = undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Whether somebody due then would stand at the end of the line. */
  takes(atMs: number): boolean {
    return this.#last === undefined || this.#last.timerAtMs <= atMs;
  }

  /** `timed.timerAtMs` must be a time that the line takes. */
  join(timed: Timed): void {
    timed.timerTurn = this.#kernel.takeTurn();
    timed.isInLine = true;
    const last = this.#last;
    this.#last = timed;
    if (last === undefined) {
      this.#first = timed;
      this.#arm();
    } else {
      last.dueBehind = timed;
      timed.dueBefore = last;
    }
  }

  leave(timed: Timed): void {
    const { dueBefore, dueBehind } = timed;
    timed.isInLine = false;
    timed.dueBefore = undefined;
    timed.dueBehind = undefined;
    if (dueBefore === undefined) this.#first = dueBehind;
    else dueBefore.dueBehind = dueBehind;
    if (dueBehind === undefined) this.#last = dueBefore;
    else dueBehind.dueBefore = dueBefore;
    if (this.#first === undefined) this.#kernel.cancel(this.#alarm);
  }

  fire(nowMs: number): void {
    const first = this.#first as Timed;
    const due = first.timerTurn === this.#turn;
    if (due) this.leave(first);
    this.#arm();
    if (due) first.fire(nowMs);
  }

  /** Whose turn the alarm is set for. */
  #turn = -1;

  #arm(): void {
    const first = this.#first;
    if (first === undefined || this.#alarm.isSet) return;
    this.#turn = first.timerTurn;
    this.#kernel.atInTurn(first.timerAtMs, first.timerTurn, this.#alarm);
  }
}
