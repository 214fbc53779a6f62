/**
 * Brings what was kept to the next service, as often as it takes.
 *
 * Invariants
 *   1. An entry leaves the outbox only when the next service has said that it and all behind it have it, or that it
 *      will never take it.
 *   2. A pause, a crash or a stop at any point loses nothing: the store knows all that matters, and the next service
 *      takes a repetition for what it is.
 */
import type { CallResult } from "breakwater";
import type { Incoming } from "breakwater/http";
import type { Kind } from "../kinds/kind.ts";
import type { Entry, Progress, Store } from "../store/store.ts";
import { type Edge, reasonOf, type Told } from "./edge.ts";
import { Sleeper } from "./sleeper.ts";

/** Why entries wait longer than usual. */
export interface Trouble {
  readonly reason: string;
  /** Unix time in milliseconds. */
  readonly sinceMs: number;
}

/** Entries under way at a time. */
const BATCH = 32;
/** How long to rest when nothing is due; somebody else may fill the same store. Milliseconds. */
const IDLE_MS = 100;
const STORE_AWAY_MS = 250;
const RECOUNT_MS = 1000;
/** Between two looks at the same entry: half its age, within these. Milliseconds. */
const SOONEST_MS = 50;
const LATEST_MS = 2000;

export class Outbox {
  readonly #store: Store;
  readonly #kind: Kind;
  readonly #edge: Edge;
  readonly #stopping = new AbortController();
  readonly #sleeper = new Sleeper();
  #waiting = 0;
  #countedAtMs = 0;
  #trouble: Trouble | undefined = undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(store: Store, kind: Kind, edge: Edge) {
    this.#store = store;
    this.#kind = kind;
    this.#edge = edge;
  }

  /** How many entries are on their way; as good as a second old. */
  get waiting(): number {
    return this.#waiting;
  }

  get trouble(): Trouble | undefined {
    return this.#trouble;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is a new entry. */
  added(): void {
    this.#waiting++;
    this.#sleeper.wake();
  }

  /** One try while a caller waits; the entry is in the store already and stays there whatever happens. */
  async deliverNow(entry: Entry, from: Incoming): Promise<CallResult<Told>> {
    const result = await this.#edge.callNow(this.#deliveryOf(entry), from);
    // A caller who waits no longer says nothing about the next service.
    if (result.outcome !== "cancelled") await this.#settle(entry, result).catch(() => {});
    return result;
  }

  /** Ends what is under way and waits for it. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the service ends"));
    this.#sleeper.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#recount();
        const batch = await this.#store.due(Date.now(), BATCH);
        const rests = await Promise.all(batch.map((entry) => this.#deliver(entry)));
        const restMs = batch.length === 0 ? IDLE_MS : Math.min(...rests);
        // An entry added meanwhile does not have to wait, except for a circuit that is open.
        await this.#sleeper.sleep(restMs, batch.length === 0);
      } catch {
        // The store is away: what it holds is safe there, and nothing new is accepted meanwhile.
        if (!signal.aborted) await this.#sleeper.sleep(STORE_AWAY_MS, false);
      }
    }
  }

  /** @returns how long to wait before the next entry, in milliseconds */
  async #deliver(entry: Entry): Promise<number> {
    const { signal } = this.#stopping;
    const result = await this.#edge.callLater(this.#deliveryOf(entry), signal);
    if (result.outcome === "cancelled") return 0;
    await this.#settle(entry, result);
    const refused = result.outcome === "shortCircuited" || result.outcome === "rejected";
    if (!refused) return 0;
    const { retryAfterMs } = result.error as { retryAfterMs?: number };
    return Math.max(SOONEST_MS, Math.min(retryAfterMs ?? SOONEST_MS, LATEST_MS));
  }

  async #settle(entry: Entry, result: CallResult<Told>): Promise<void> {
    const reason = result.outcome === "ok" ? undefined : reasonOf(this.#edge.name, result);
    if (reason === undefined) this.#trouble = undefined;
    else if (entry.state !== "done")
      this.#trouble = { reason, sinceMs: this.#trouble?.sinceMs ?? Date.now() };
    // What never went out waits for its turn as before, without a write.
    if (result.outcome === "shortCircuited" || result.outcome === "rejected") return;
    const progress = progressOf(entry, result);
    await this.#store.advance(entry.id, progress);
    if (progress.state === "done" || progress.state === "refused") {
      this.#waiting = Math.max(0, this.#waiting - 1);
    }
  }

  async #recount(): Promise<void> {
    if (Date.now() - this.#countedAtMs < RECOUNT_MS) return;
    this.#countedAtMs = Date.now();
    this.#waiting = await this.#store.waiting();
  }

  #deliveryOf({ contents, id, hop }: Entry) {
    return { contents: this.#kind.nextContents(contents, id), hop };
  }
}

function progressOf(entry: Entry, result: CallResult<Told>): Progress {
  const now = Date.now();
  const later = now + Math.min(Math.max((now - entry.acceptedAtMs) / 2, SOONEST_MS), LATEST_MS);
  const dueAtMs = Math.round(later);
  const { state, nextStatus, note } = entry;
  if (result.outcome !== "ok") return { state, nextStatus, note, dueAtMs };
  const { kind, status, complete, text } = result.value;
  if (kind === "refused") return { state: "refused", nextStatus, note: text, dueAtMs };
  return { state: complete ? "done" : "delivered", nextStatus: status, note, dueAtMs };
}
