/**
 * Bulkhead: no more than so many attempts under way at the same time; a few more may wait for a place.
 *
 * A place is held from the moment the attempt goes out until it has really ended: an attempt that was given up at
 * its timeout but still runs keeps its place, or the limit would hold for nothing.
 *
 * Inputs: acquire, release, leave, setLimit, reconfigure. It knows no time: how long somebody may wait is up to the call engine.
 * Invariants
 *   1. Places taken <= the limit, but for places taken before the limit was lowered.
 *   2. Nobody overtakes: while somebody waits, a free place goes to the next in line and to no newcomer.
 */
import { type Waiter, WaitingLine } from "./waiting-line.ts";

export interface ResolvedQueue {
  readonly size: number;
  readonly order: "fifo" | "lifo";
  /** Infinity for no limit. */
  readonly maxWaitMs: number;
}

export interface ResolvedBulkhead {
  readonly concurrent: number;
  readonly queue: ResolvedQueue;
}

export type Admission = "taken" | "queued" | "refused";

export class Bulkhead<W extends Waiter = Waiter> {
  /** Places taken. */
  inFlight = 0;
  queueSize: number;
  readonly #line: WaitingLine;
  #limit: number;

  constructor({ concurrent, queue }: ResolvedBulkhead) {
    this.#limit = concurrent;
    this.queueSize = queue.size;
    this.#line = new WaitingLine(queue.order);
  }

  get limit(): number {
    return this.#limit;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Takes a place if one is free for a newcomer; false, and nothing has changed, otherwise. */
  take(): boolean {
    if (this.inFlight >= this.#limit || this.#line.length > 0) return false;
    this.inFlight++;
    return true;
  }

  /** @param displaced told who had to leave the line for somebody more important */
  acquire(waiter: W, displaced: (waiter: W) => void): Admission {
    if (this.take()) return "taken";
    if (this.#line.length >= this.queueSize) {
      const out = this.queueSize === 0 ? undefined : this.#line.displace(waiter.priority);
      if (out === undefined) return "refused";
      displaced(out as W);
    }
    this.#line.join(waiter);
    return "queued";
  }

  /** Frees a place. Returns who has it now, if somebody waited. */
  release(): W | undefined {
    this.inFlight--;
    return this.admitNext();
  }

  /** Gives a free place to whoever is next; undefined when there is no place or nobody waits. */
  admitNext(): W | undefined {
    if (this.#line.length === 0 || this.inFlight >= this.#limit) return undefined;
    const next = this.#line.next() as W | undefined;
    if (next !== undefined) this.inFlight++;
    return next;
  }

  /** Somebody who waits goes away. False when it did not wait. */
  leave(waiter: W): boolean {
    return this.#line.leave(waiter);
  }

  /** A higher limit makes room: call admitNext until nobody comes. A lower one waits for attempts to end. */
  setLimit(limit: number): void {
    this.#limit = limit;
  }

  /** Other options from now on: as with setLimit. Nobody who waits has to leave a queue that is shorter now. */
  reconfigure({ concurrent, queue }: ResolvedBulkhead): void {
    this.#limit = concurrent;
    this.queueSize = queue.size;
    this.#line.order = queue.order;
  }
}
