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
const PLACES = 16;
/** How long to rest when nothing is due; somebody else may fill the same store. Milliseconds. */
const IDLE_MS = 100;
const STORE_AWAY_MS = 250;
const RECOUNT_MS = 1000;
/** Between two looks at the same entry: half of how long it has been as it is, within these. Milliseconds. */
const SOONEST_MS = 50;
const LATEST_MS = 2000;

export class Outbox {
  readonly #store: Store;
  readonly #kind: Kind;
  readonly #edge: Edge;
  readonly #stopping = new AbortController();
  readonly #sleeper = new Sleeper();
  /** Entries under way, by id. */
  readonly #flying = new Map<string, Promise<void>>();
  /** Who wants to know what becomes of an entry, by id. */
  readonly #watchers = new Map<string, (entry: Entry) => void>();
  #waiting = 0;
  #countedAtMs = 0;
  /** When the circuit lets something out again, Unix time in milliseconds. */
  #restUntilMs = 0;
  /** Whether more was due than there were places. */
  #more = false;
  #trouble: Trouble | undefined = undefined;
  #storeTrouble: Trouble | undefined = undefined;
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
    return this.#storeTrouble ?? this.#trouble;
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

  /** What becomes of an entry with the next try; undefined when that takes longer than so many milliseconds. */
  async outcomeOf(id: string, withinMs: number): Promise<Entry | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const outcome = await new Promise<Entry | undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), withinMs);
      this.#watchers.set(id, resolve);
    });
    clearTimeout(timer);
    this.#watchers.delete(id);
    return outcome;
  }

  /** Ends what is under way and waits for it. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error("the service ends"));
    this.#sleeper.end();
    await this.#running;
    await Promise.all(this.#flying.values());
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.#recount();
        const due = await this.#store.due(Date.now(), PLACES + this.#flying.size + 1);
        this.#storeTrouble = undefined;
        const waiting = due.filter(({ id }) => !this.#flying.has(id));
        const places = PLACES - this.#flying.size;
        for (const entry of waiting.slice(0, places)) this.#send(entry);
        this.#more = waiting.length > places;
      } catch (error) {
        this.#storeFailed(error);
      }
      const restMs = this.#restUntilMs - Date.now();
      await this.#sleeper.sleep(Math.max(restMs, IDLE_MS), restMs <= 0);
    }
  }

  #send(entry: Entry): void {
    const landed = this.#deliver(entry)
      .catch((error: unknown) => this.#storeFailed(error))
      .then(() => {
        this.#flying.delete(entry.id);
        if (this.#more) this.#sleeper.wake();
      });
    this.#flying.set(entry.id, landed);
  }

  /** What it holds is safe there, and nothing new is accepted meanwhile. */
  #storeFailed(error: unknown): void {
    const reason = `the store: ${(error as Error).message}`;
    this.#storeTrouble ??= { reason, sinceMs: Date.now() };
    this.#restUntilMs = Date.now() + STORE_AWAY_MS;
  }

  async #deliver(entry: Entry): Promise<void> {
    const result = await this.#edge.callLater(this.#deliveryOf(entry), this.#stopping.signal);
    if (result.outcome === "cancelled") return;
    if (isRefusal(result)) {
      const { retryAfterMs = SOONEST_MS } = result.error as { retryAfterMs?: number };
      const restMs = Math.max(SOONEST_MS, Math.min(retryAfterMs, LATEST_MS));
      this.#restUntilMs = Date.now() + restMs;
    }
    await this.#settle(entry, result);
  }

  async #settle(entry: Entry, result: CallResult<Told>): Promise<void> {
    const reason = result.outcome === "ok" ? undefined : reasonOf(this.#edge.name, result);
    if (reason === undefined) this.#trouble = undefined;
    else if (entry.state !== "done")
      this.#trouble = { reason, sinceMs: this.#trouble?.sinceMs ?? Date.now() };
    // What never went out waits for its turn as before, without a write.
    if (isRefusal(result)) return;
    const progress = progressOf(entry, result);
    await this.#store.advance(entry.id, progress);
    this.#watchers.get(entry.id)?.({ ...entry, ...progress });
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

function isRefusal({ outcome }: CallResult<Told>): boolean {
  return outcome === "shortCircuited" || outcome === "rejected";
}

function progressOf(entry: Entry, result: CallResult<Told>): Progress {
  const next = nextOf(entry, result);
  const nowMs = Date.now();
  const changedAtMs = next.state === entry.state ? entry.changedAtMs : nowMs;
  const waitMs = Math.min(Math.max((nowMs - changedAtMs) / 2, SOONEST_MS), LATEST_MS);
  return { ...next, changedAtMs, dueAtMs: Math.round(nowMs + waitMs) };
}

function nextOf({ state, nextStatus, note }: Entry, result: CallResult<Told>) {
  if (result.outcome !== "ok") return { state, nextStatus, note };
  const { kind, status, complete, text } = result.value;
  if (kind === "refused") return { state: "refused", nextStatus, note: text } as const;
  return { state: complete ? "done" : "delivered", nextStatus: status, note } as const;
}
