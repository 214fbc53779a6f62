import { Bulkhead, type ResolvedBulkhead } from "../src/bulkhead/machine.ts";
import type { Waiter } from "../src/bulkhead/waiting-line.ts";

/** Somebody who wants a place in a bulkhead. */
export class Guest implements Waiter {
  readonly name: string;
  readonly priority: number;
  line: Waiter["line"] = undefined;
  ahead: Waiter | undefined = undefined;
  behind: Waiter | undefined = undefined;

  constructor(name: string, priority = 0) {
    this.name = name;
    this.priority = priority;
  }
}

/**
 * Commands: acquire NAME [PRIORITY], release, leave NAME, limit N. The answer is followed by whoever had to leave the
 * line, and by whoever came in.
 */
export function bulkheadSteps(options: ResolvedBulkhead) {
  const bulkhead = new Bulkhead<Guest>(options);
  const guests = new Map<string, Guest>();
  const admitted = (first: Guest | undefined): string => {
    const names: string[] = [];
    for (let next = first; next !== undefined; next = bulkhead.admitNext()) names.push(next.name);
    return names.length === 0 ? "nobody" : names.join(", ");
  };
  const step = (_atMs: number, words: readonly string[]): string => {
    const [verb = "", name = "", priority] = words;
    if (verb === "release") return admitted(bulkhead.release());
    if (verb === "limit") {
      bulkhead.setLimit(Number(name));
      return admitted(bulkhead.admitNext());
    }
    if (verb === "leave") return bulkhead.leave(guests.get(name) as Guest) ? "left" : "not there";
    const guest = new Guest(name, Number(priority ?? 0));
    guests.set(name, guest);
    let out = "";
    const answer = bulkhead.acquire(guest, (displaced) => (out = `, ${displaced.name} out`));
    return answer + out;
  };
  return { bulkhead, step };
}
