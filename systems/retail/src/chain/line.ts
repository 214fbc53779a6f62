/** The entries that go out next: new ones at once, those in the store when they are due. */
import type { Entry, Store } from "../store/store.ts";

/** No more wait here; the others wait in the store. */
const LONGEST = 64;
/** How often the store is asked at least, for somebody else may fill it, and at most. Milliseconds. */
const SELDOM_MS = 1000;
const OFTEN_MS = 100;

export class Line {
  readonly #store: Store;
  readonly #isOut: (id: string) => boolean;
  readonly #entries = new Map<string, Entry>();
  /** Those that came back while the store was being asked: what it says of them may be old. */
  readonly #back = new Set<string>();
  #askedAtMs = 0;
  #askAtMs = 0;

  constructor(store: Store, isOut: (id: string) => boolean) {
    this.#store = store;
    this.#isOut = isOut;
  }

  /** How long nothing has to be done here, in milliseconds. */
  get pauseMs(): number {
    return Math.max(0, this.#nextAskMs - Date.now());
  }

  join(entry: Entry): void {
    const now = entry.dueAtMs <= Date.now();
    if (now && this.#entries.size < LONGEST) this.#entries.set(entry.id, entry);
    else this.lookAgain(entry.dueAtMs);
  }

  left(id: string): void {
    this.#back.add(id);
  }

  /** Something will be due then, Unix time in milliseconds. */
  lookAgain(atMs: number): void {
    this.#askAtMs = Math.min(this.#askAtMs, atMs);
  }

  next(): Entry | undefined {
    const first = this.#entries.values().next().value;
    if (first !== undefined) this.#entries.delete(first.id);
    return first;
  }

  /** @returns whether the store was asked */
  async refill(): Promise<boolean> {
    if (this.#entries.size > 0 || Date.now() < this.#nextAskMs) return false;
    this.#askedAtMs = Date.now();
    this.#askAtMs = this.#askedAtMs + SELDOM_MS;
    this.#back.clear();
    const due = await this.#store.due(this.#askedAtMs, LONGEST);
    if (due.length === LONGEST) this.lookAgain(this.#askedAtMs);
    for (const entry of due) {
      const { id } = entry;
      if (!this.#isOut(id) && !this.#back.has(id)) this.#entries.set(id, entry);
    }
    return true;
  }

  get #nextAskMs(): number {
    return Math.max(this.#askAtMs, this.#askedAtMs + OFTEN_MS);
  }
}
