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
import type { Entry, Store } from "../store/store.ts";
import { type Edge, reasonOf, type Told } from "./edge.ts";
import { Line } from "./line.ts";
import { isRefusal, progressOf } from "./progress.ts";
import { Sleeper } from "./sleeper.ts";

/** Why entries wait longer than usual. */
export interface Trouble {
  readonly reason: string;
  /** Unix time in milliseconds. */
  readonly sinceMs: number;
}

/** Entries under way at a time. */
const PLACES = 16;
const STORE_AWAY_MS = 250;
const RECOUNT_MS = 2000;
/** How long an open circuit is left alone, at least and at most, in milliseconds. */
const SHORTEST_REST_MS = 50;
const LONGEST_REST_MS = 2000;

export class Outbox {
  readonly #store: Store;
  readonly #kind: Kind;
  readonly #edge: Edge;
  readonly #line: Line;
  readonly #stopping = new AbortController();
  readonly #sleeper = new Sleeper();
  /** Entries under way, by id. */
  readonly #flying = new Map<string, Promise<void>>();
  /** Who wants to know what becomes of an entry, by id. */
  readonly #watchers = new Map<string, (entry: Entry) => void>();
  #waiting: number | undefined = undefined;
  #countedAtMs = 0;
  #trouble: Trouble | undefined = undefined;
  #storeTrouble: Trouble | undefined = undefined;
  /** Nothing goes out before, Unix time in milliseconds: the circuit is open, or the store away. */
  #restUntilMs = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(store: Store, kind: Kind, edge: Edge) {
    this.#store = store;
    this.#kind = kind;
    this.#edge = edge;
    this.#line = new Line(store, (id) => this.#flying.has(id));
  }

  /** How many entries are on their way; undefined before the store has said it for the first time. */
  get waiting(): number | undefined {
    return this.#waiting;
  }

  get trouble(): Trouble | undefined {
    return this.#storeTrouble ?? this.#trouble;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is a new entry in the store. */
  added(entry: Entry): void {
    if (this.#waiting !== undefined) this.#waiting++;
    this.#line.join(entry);
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
      const restMs = this.#restUntilMs - Date.now();
      if (restMs <= 0) await this.#work().catch((error: unknown) => this.#storeFailed(error));
      const pauseMs = restMs > 0 ? restMs : this.#line.pauseMs;
      await this.#sleeper.sleep(pauseMs, restMs <= 0);
    }
  }

  async #work(): Promise<void> {
    if (Date.now() - this.#countedAtMs >= RECOUNT_MS) {
      this.#countedAtMs = Date.now();
      this.#waiting = await this.#store.waiting();
    }
    if (await this.#line.refill()) this.#storeTrouble = undefined;
    while (this.#flying.size < PLACES) {
      const entry = this.#line.next();
      if (entry === undefined) return;
      this.#send(entry);
    }
  }

  #send(entry: Entry): void {
    const landed = this.#deliver(entry)
      .catch((error: unknown) => this.#storeFailed(error))
      .then(() => {
        this.#flying.delete(entry.id);
        this.#line.left(entry.id);
        this.#sleeper.wake();
      });
    this.#flying.set(entry.id, landed);
  }

  /** What it holds is safe there, and nothing new is accepted meanwhile. */
  #storeFailed(error: unknown): void {
    const reason = `the store: ${(error as Error).message}`;
    this.#storeTrouble ??= { reason, sinceMs: Date.now() };
    this.#restUntilMs = Date.now() + STORE_AWAY_MS;
    this.#line.lookAgain(this.#restUntilMs);
  }

  async #deliver(entry: Entry): Promise<void> {
    const result = await this.#edge.callLater(this.#deliveryOf(entry), this.#stopping.signal);
    if (result.outcome === "cancelled") return;
    if (isRefusal(result)) {
      const { retryAfterMs = 0 } = result.error as { retryAfterMs?: number };
      const restMs = Math.max(SHORTEST_REST_MS, Math.min(retryAfterMs, LONGEST_REST_MS));
      this.#restUntilMs = Date.now() + restMs;
      this.#line.lookAgain(this.#restUntilMs);
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
    const progress = progressOf(entry, result, Date.now());
    const changed = await this.#store.advance(entry.id, progress);
    if (progress.state === "pending" || progress.state === "delivered") {
      this.#line.lookAgain(progress.dueAtMs);
    } else if (changed && this.#waiting !== undefined) {
      this.#waiting = Math.max(0, this.#waiting - 1);
    }
    this.#watchers.get(entry.id)?.({ ...entry, ...progress });
  }

  #deliveryOf({ contents, id, hop }: Entry) {
    return { contents: this.#kind.nextContents(contents, id), hop };
  }
}
