/** Somebody who waits for a place. The fields are the line's own. */
export interface Waiter {
  /** Greater is more important. */
  readonly priority: number;
  line: Line | undefined;
  ahead: Waiter | undefined;
  behind: Waiter | undefined;
}

/** All waiters of one priority, in order of arrival. */
interface Line {
  readonly priority: number;
  first: Waiter | undefined;
  last: Waiter | undefined;
}

/**
 * Who waits, by priority and then by order of arrival. Joining, leaving and being next cost the same however many
 * wait; only the number of different priorities counts.
 */
export class WaitingLine {
  length = 0;
  /** Most important first. Lines stay when they are empty: there are few priorities. */
  readonly #lines: Line[] = [];
  order: "fifo" | "lifo";

  constructor(order: "fifo" | "lifo") {
    this.order = order;
  }

  join(waiter: Waiter): void {
    const line = this.#lineFor(waiter.priority);
    waiter.line = line;
    waiter.ahead = line.last;
    waiter.behind = undefined;
    if (line.last === undefined) line.first = waiter;
    else line.last.behind = waiter;
    line.last = waiter;
    this.length++;
  }

  /** False when it did not wait. */
  leave(waiter: Waiter): boolean {
    const { line, ahead, behind } = waiter;
    if (line === undefined) return false;
    if (ahead === undefined) line.first = behind;
    else ahead.behind = behind;
    if (behind === undefined) line.last = ahead;
    else behind.ahead = ahead;
    waiter.line = waiter.ahead = waiter.behind = undefined;
    this.length--;
    return true;
  }

  /** Takes out whoever is next; undefined when nobody waits. */
  next(): Waiter | undefined {
    for (const line of this.#lines) {
      const waiter = this.order === "lifo" ? line.last : line.first;
      if (waiter === undefined) continue;
      this.leave(waiter);
      return waiter;
    }
    return undefined;
  }

  /** Takes out the latest of the least important, if it is less important than this. */
  displace(priority: number): Waiter | undefined {
    for (let i = this.#lines.length - 1; i >= 0; i--) {
      const { last, priority: least } = this.#lines[i] as Line;
      if (last === undefined) continue;
      if (least >= priority) return undefined;
      this.leave(last);
      return last;
    }
    return undefined;
  }

  #lineFor(priority: number): Line {
    let index = 0;
    for (const line of this.#lines) {
      if (line.priority === priority) return line;
      if (line.priority < priority) break;
      index++;
    }
    const line: Line = { priority, first: undefined, last: undefined };
    this.#lines.splice(index, 0, line);
    return line;
  }
}
