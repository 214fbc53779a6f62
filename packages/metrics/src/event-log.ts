import type { RunEvent } from "./result.ts";

/** These come from the scenario, not from what happens in it: they are few, and a timeline is unreadable without them. */
const ALWAYS_KEPT: ReadonlySet<RunEvent["type"]> = new Set([
  "faultStarted",
  "faultEnded",
  "loadEnded",
]);

/**
 * Events of a run. Keeps the first `limit`, because causes come first, and counts the rest; the starts and ends of faults
 * and loads are kept beyond the limit and do not count towards it.
 */
export class EventLog {
  readonly #limit: number;
  readonly #events: RunEvent[] = [];
  #limited = 0;
  #dropped = 0;

  constructor(limit = 10_000) {
    this.#limit = limit;
  }

  get dropped(): number {
    return this.#dropped;
  }

  add(event: RunEvent): void {
    if (ALWAYS_KEPT.has(event.type)) {
      this.#events.push(event);
    } else if (this.#limited < this.#limit) {
      this.#limited += 1;
      this.#events.push(event);
    } else {
      this.#dropped += 1;
    }
  }

  /** In order of time; events of the same time in the order in which they were added. */
  toArray(): RunEvent[] {
    return this.#events.toSorted((a, b) => a.atMs - b.atMs);
  }
}
