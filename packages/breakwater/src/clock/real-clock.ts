/**
 * The real clock: performance.now for the time and setTimeout for waking, with timers that calls share.
 *
 * Most calls are answered before their timeout, so most timers are made to be cancelled. Callbacks due after the
 * same delay therefore stand in one linked list, which is in order by itself; one timer of the platform serves the
 * list. To schedule is to append, to cancel is to unlink, and the platform's timer runs out when it will.
 *
 * Invariants
 *   1. There is at most one timer of the platform per delay, in whole milliseconds.
 *   2. No callback is lost when the process has nothing else to do: the timers do not keep a Node process alive by
 *      themselves, but before it exits those with callbacks waiting are told to.
 */
import type { Clock, Scheduled } from "./clock.ts";

/** What setTimeout can do at most; longer waits are made of several. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

type PlatformTimer = ReturnType<typeof setTimeout>;

/** What a clock wakes. All but `wake` belongs to the clock: so that nothing has to be made for each wait. */
export interface Sleeper {
  /** When it is to be woken; Infinity while it is not waiting. */
  ringsAtMs: number;
  /** What holds it while it waits; undefined otherwise. */
  bed: unknown;
  sooner: Sleeper | undefined;
  later: Sleeper | undefined;
  wake(): void;
}

const NEVER = Number.POSITIVE_INFINITY;

class Waiting implements Sleeper, Scheduled {
  readonly atMs: number;
  readonly wake: () => void;
  ringsAtMs: number = NEVER;
  bed: unknown = undefined;
  sooner: Sleeper | undefined = undefined;
  later: Sleeper | undefined = undefined;

  constructor(atMs: number, callback: () => void) {
    this.atMs = atMs;
    this.wake = callback;
  }
}

/** All that wait for one delay, soonest first. */
export class Line {
  readonly delayMs: number;
  first: Sleeper | undefined = undefined;
  #last: Sleeper | undefined = undefined;
  timer: PlatformTimer | undefined = undefined;
  /** The clock knows it. Lines that are empty when their timer runs out are forgotten. */
  known = true;

  constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  /** Delays are grouped by whole milliseconds, so the right place may lie a few steps before the end. */
  insert(sleeper: Sleeper): void {
    let sooner = this.#last;
    while (sooner !== undefined && sooner.ringsAtMs > sleeper.ringsAtMs) sooner = sooner.sooner;
    const later = sooner === undefined ? this.first : sooner.later;
    sleeper.bed = this;
    sleeper.sooner = sooner;
    sleeper.later = later;
    if (sooner === undefined) this.first = sleeper;
    else sooner.later = sleeper;
    if (later === undefined) this.#last = sleeper;
    else later.sooner = sleeper;
  }

  /** Another one waits from now on in the place of this one. */
  replace(sleeper: Sleeper, by: Sleeper): void {
    const { sooner, later, ringsAtMs } = sleeper;
    this.remove(sleeper);
    by.bed = this;
    by.ringsAtMs = ringsAtMs;
    by.sooner = sooner;
    by.later = later;
    if (sooner === undefined) this.first = by;
    else sooner.later = by;
    if (later === undefined) this.#last = by;
    else later.sooner = by;
  }

  remove(sleeper: Sleeper): void {
    const { sooner, later } = sleeper;
    if (sooner === undefined) this.first = later;
    else sooner.later = later;
    if (later === undefined) this.#last = sooner;
    else later.sooner = sooner;
    sleeper.sooner = sleeper.later = sleeper.bed = undefined;
    sleeper.ringsAtMs = NEVER;
  }
}

export class RealClock implements Clock {
  readonly #lines = new Map<number, Line>();
  /** When somebody last asked; near enough to now to choose a line by. */
  latestMs = 0;
  #hears = false;
  #platform = setTimeout;
  #performance = performance;

  now(): number {
    if (setTimeout !== this.#platform) this.#lookAgain();
    this.latestMs = this.#performance.now();
    return this.latestMs;
  }

  /** Timers that are replaced bring their own time: those of a test. To look `performance` up costs a fifth of now. */
  #lookAgain(): void {
    this.#platform = setTimeout;
    this.#performance = performance;
  }

  schedule(atMs: number, callback: () => void): Scheduled {
    const waiting = new Waiting(atMs, callback);
    this.sleep(waiting, atMs, undefined);
    return waiting;
  }

  cancel(scheduled: Scheduled): void {
    this.rouse(scheduled as Waiting);
  }

  /**
   * Wakes a sleeper, which must not be waiting already, once at `atMs`.
   * @param usual the line that was used before: mostly the right one again, and then it need not be looked for
   * @returns the line that was used
   */
  sleep(sleeper: Sleeper, atMs: number, usual: Line | undefined): Line {
    const delayMs = wholeDelay(atMs - this.latestMs);
    const line = usual?.delayMs === delayMs && usual.known ? usual : this.#lineFor(delayMs);
    sleeper.ringsAtMs = atMs;
    line.insert(sleeper);
    if (line.timer === undefined) this.#arm(line, atMs);
    return line;
  }

  /** Forgets a sleeper that was not woken yet; does nothing otherwise. */
  rouse(sleeper: Sleeper): void {
    (sleeper.bed as Line | undefined)?.remove(sleeper);
  }

  /** Another one waits from now on in the place of this one, if it waits. */
  replace(sleeper: Sleeper, by: Sleeper): void {
    (sleeper.bed as Line | undefined)?.replace(sleeper, by);
  }

  #lineFor(delayMs: number): Line {
    let line = this.#lines.get(delayMs);
    if (line === undefined) {
      line = new Line(delayMs);
      this.#lines.set(delayMs, line);
    }
    return line;
  }

  /** Reads the time anew: whoever schedules may have worked for a while since asking. */
  #arm(line: Line, atMs: number): void {
    const delayMs = wholeDelay(atMs - this.now());
    line.timer = setTimeout(() => this.#ring(line), Math.min(delayMs, LONGEST_TIMEOUT_MS));
    if (this.#hearsOfExit()) line.timer.unref();
  }

  /** A timer whose callbacks were all cancelled finds nothing due, and the line ends. */
  #ring(line: Line): void {
    const nowMs = this.now();
    try {
      for (let due = line.first; due !== undefined && due.ringsAtMs <= nowMs; due = line.first) {
        line.remove(due);
        due.wake();
      }
    } finally {
      line.timer = undefined;
      if (line.first === undefined) this.#forget(line);
      else this.#arm(line, line.first.ringsAtMs);
    }
  }

  #forget(line: Line): void {
    line.known = false;
    this.#lines.delete(line.delayMs);
  }

  /** Whether the platform says when it has nothing left to do, so that a timer may let go of the process. */
  #hearsOfExit(): boolean {
    if (this.#hears) return true;
    const { process } = globalThis as { process?: Partial<NodeJS.Process> };
    if (process?.versions?.node === undefined || process.on === undefined) return false;
    process.on("beforeExit", () => this.#holdProcess());
    this.#hears = true;
    return true;
  }

  #holdProcess(): void {
    for (const { first, timer } of this.#lines.values()) {
      if (first !== undefined) timer?.ref();
    }
  }
}

/** Adding a delay to a moment and taking the moment away again may leave a hair more than the delay. */
function wholeDelay(ms: number): number {
  return Math.max(1, Math.ceil(ms - 1e-6));
}

/**
 * The clock of every policy that is given no other. One for all, as the platform's own timers are: it holds what
 * waits, and decides nothing.
 */
export const realClock: Clock = new RealClock();
