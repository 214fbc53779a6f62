import { CLASSES, type ShedderRequest, type Ticket } from "./ticket.ts";

/** Tickets in order of arrival. */
export class Line<R extends ShedderRequest> {
  oldest: Ticket<R> | undefined = undefined;
  newest: Ticket<R> | undefined = undefined;

  push(ticket: Ticket<R>): void {
    ticket.older = this.newest;
    ticket.newer = undefined;
    if (this.newest === undefined) this.oldest = ticket;
    else this.newest.newer = ticket;
    this.newest = ticket;
  }

  remove(ticket: Ticket<R>): void {
    const { older, newer } = ticket;
    if (older === undefined) this.oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.newest = older;
    else newer.older = older;
    ticket.older = ticket.newer = undefined;
  }
}

const NEVER = Number.POSITIVE_INFINITY;

/** Who waits, by class. It knows since when it is not empty, and when the first deadline may pass. */
export class WaitingRoom<R extends ShedderRequest> {
  length = 0;
  notEmptySinceMs = NEVER;
  /** No deadline of anybody who waits is earlier. */
  earliestDeadlineMs = NEVER;
  readonly #lines = Array.from({ length: CLASSES }, () => new Line<R>());

  join(ticket: Ticket<R>): void {
    if (this.length === 0) {
      this.notEmptySinceMs = ticket.enteredAtMs;
      this.earliestDeadlineMs = NEVER;
    }
    this.length++;
    this.earliestDeadlineMs = Math.min(this.earliestDeadlineMs, ticket.deadlineAtMs);
    this.#line(ticket.rank).push(ticket);
  }

  remove(ticket: Ticket<R>): void {
    this.#line(ticket.rank).remove(ticket);
    this.length--;
    if (this.length === 0) this.notEmptySinceMs = this.earliestDeadlineMs = NEVER;
  }

  /** The line of the most important class that waits. */
  get best(): Line<R> | undefined {
    return this.#lines.find(({ oldest }) => oldest !== undefined);
  }

  /** The line of the least important class that waits. */
  get least(): Line<R> | undefined {
    return this.#lines.findLast(({ oldest }) => oldest !== undefined);
  }

  /** Takes out one whose deadline has passed. Costs nothing before the first deadline, else a look at everybody. */
  takeExpired(nowMs: number): Ticket<R> | undefined {
    if (nowMs < this.earliestDeadlineMs) return undefined;
    let earliestMs = NEVER;
    for (const line of this.#lines) {
      for (let ticket = line.oldest; ticket !== undefined; ticket = ticket.newer) {
        if (ticket.deadlineAtMs <= nowMs) {
          this.remove(ticket);
          return ticket;
        }
        earliestMs = Math.min(earliestMs, ticket.deadlineAtMs);
      }
    }
    this.earliestDeadlineMs = earliestMs;
    return undefined;
  }

  #line(rank: number): Line<R> {
    return this.#lines[rank] as Line<R>;
  }
}
