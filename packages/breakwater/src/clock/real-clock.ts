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

class Waiting implements Scheduled {
  readonly atMs: number;
  readonly callback: () => void;
  /** Undefined once it was run or cancelled. */
  line: Line | undefined;
  before: Waiting | undefined = undefined;
  after: Waiting | undefined = undefined;

  constructor(atMs: number, callback: () => void, line: Line) {
    this.atMs = atMs;
    this.callback = callback;
    this.line = line;
  }
}

/** All that wait for one delay, soonest first. */
class Line {
  readonly delayMs: number;
  first: Waiting | undefined = undefined;
  #last: Waiting | undefined = undefined;
  timer: PlatformTimer | undefined = undefined;

  constructor(delayMs: number) {
    this.delayMs = delayMs;
  }

  /** Delays are grouped by whole milliseconds, so the right place may lie a few steps before the end. */
  insert(waiting: Waiting): void {
    let before = this.#last;
    while (before !== undefined && before.atMs > waiting.atMs) before = before.before;
    const after = before === undefined ? this.first : before.after;
    waiting.before = before;
    waiting.after = after;
    if (before === undefined) this.first = waiting;
    else before.after = waiting;
    if (after === undefined) this.#last = waiting;
    else after.before = waiting;
  }

  remove(waiting: Waiting): void {
    const { before, after } = waiting;
    if (before === undefined) this.first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    waiting.before = waiting.after = waiting.line = undefined;
  }
}

export class RealClock implements Clock {
  readonly #lines = new Map<number, Line>();
  /** When somebody last asked; near enough to now to choose a line by. */
  #askedAtMs = 0;
  #hears = false;

  now(): number {
    this.#askedAtMs = performance.now();
    return this.#askedAtMs;
  }

  schedule(atMs: number, callback: () => void): Scheduled {
    const delayMs = Math.max(1, Math.ceil(atMs - this.#askedAtMs));
    let line = this.#lines.get(delayMs);
    if (line === undefined) {
      line = new Line(delayMs);
      this.#lines.set(delayMs, line);
    }
    const waiting = new Waiting(atMs, callback, line);
    line.insert(waiting);
    if (line.timer === undefined) this.#arm(line, waiting);
    return waiting;
  }

  cancel(scheduled: Scheduled): void {
    const waiting = scheduled as Waiting;
    waiting.line?.remove(waiting);
  }

  /** Reads the time anew: whoever schedules may have worked for a while since asking. */
  #arm(line: Line, first: Waiting): void {
    const delayMs = Math.max(1, Math.ceil(first.atMs - this.now()));
    line.timer = setTimeout(() => this.#ring(line), Math.min(delayMs, LONGEST_TIMEOUT_MS));
    if (this.#hearsOfExit()) line.timer.unref();
  }

  /** A timer whose callbacks were all cancelled finds nothing due, and the line ends. */
  #ring(line: Line): void {
    const nowMs = this.now();
    try {
      for (let due = line.first; due !== undefined && due.atMs <= nowMs; due = line.first) {
        line.remove(due);
        due.callback();
      }
    } finally {
      line.timer = undefined;
      if (line.first === undefined) this.#lines.delete(line.delayMs);
      else this.#arm(line, line.first);
    }
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

/**
 * The clock of every policy that is given no other. One for all, as the platform's own timers are: it holds what
 * waits, and decides nothing.
 */
export const realClock: Clock = new RealClock();
