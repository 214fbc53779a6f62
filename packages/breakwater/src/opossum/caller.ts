import { Bulkhead, type Call } from "@breakwater/policy";
import { warnOfListenerError } from "../driver/fact-listeners.ts";
import type { Circuit } from "./circuit.ts";
import { BreakerError } from "./errors.ts";
import type { Events } from "./events.ts";
import { Firing, type Host } from "./firing.ts";
import type { ResolvedOptions } from "./options.ts";
import type { Counter, Status } from "./status.ts";
import { type StoreEvent, Stores } from "./stores.ts";

/** Nobody waits for a place here: the bulkhead has no queue. */
type Place = Pick<Call, "priority" | "line" | "ahead" | "behind">;
type EventName = keyof Events;
type Emit = (event: EventName, ...args: unknown[]) => void;
type StandIn = (...args: unknown[]) => unknown;

const STORE_COUNTERS = {
  cacheHit: "cacheHits",
  cacheMiss: "cacheMisses",
  coalesceCacheHit: "coalesceCacheHits",
  coalesceCacheMiss: "coalesceCacheMisses",
} as const satisfies Record<StoreEvent, Counter>;

/** Makes the calls of one breaker: stores, then the circuit, then a place, then the action, and the fallback. */
export class Caller implements Host {
  readonly circuit: Circuit;
  readonly stores: Stores;
  standInFor: StandIn | undefined = undefined;
  readonly #options: ResolvedOptions;
  readonly #status: Status;
  readonly #emit: Emit;
  readonly #places: Bulkhead<Place>;
  readonly #place: Place = { priority: 0, line: undefined, ahead: undefined, behind: undefined };
  /** Whose action is being called right now. */
  #starting: Firing | undefined = undefined;

  constructor(options: ResolvedOptions, circuit: Circuit, status: Status, emit: Emit) {
    this.#options = options;
    this.circuit = circuit;
    this.#status = status;
    this.#emit = emit;
    this.stores = new Stores(options);
    const queue = { size: 0, order: "fifo", maxWaitMs: 0 } as const;
    this.#places = new Bulkhead<Place>({ concurrent: options.capacity, queue });
  }

  get timeoutMs(): number {
    return this.#options.timeout;
  }

  get signal(): AbortSignal | undefined {
    return this.#starting?.signal;
  }

  call(action: () => unknown, args: unknown[]): unknown {
    const key = this.stores.keyOf(args);
    const tellStores = (event: StoreEvent) => this.tell(event, STORE_COUNTERS[event], 0);
    const found = this.stores.find(key, tellStores);
    if (found) return found;
    return this.circuit.admits ? this.#run(action, args, key) : this.#refuse(args);
  }

  takePlace(): boolean {
    return this.#places.acquire(this.#place, () => {}) === "taken";
  }

  freePlace(): void {
    this.#places.release();
  }

  /** A filter that throws lets nothing pass, or its call would never end. */
  filters(error: unknown, args: unknown[]): boolean {
    try {
      return Boolean(this.#options.errorFilter(error, ...args));
    } catch (thrown) {
      warnOfListenerError(thrown);
      return false;
    }
  }

  tell(event: EventName, counter: Counter, latencyMs: number, ...args: unknown[]): void {
    this.#status.increment(counter, latencyMs);
    this.#emit(event, ...args);
  }

  standIn(error: unknown, args: unknown[]): Promise<unknown> | undefined {
    if (this.standInFor === undefined) return undefined;
    try {
      const result = this.standInFor(...args, error);
      this.tell("fallback", "fallbacks", 0, result, error);
      return Promise.resolve(result);
    } catch (thrown) {
      return Promise.reject(thrown);
    }
  }

  #run(action: () => unknown, args: unknown[], key: string): Promise<unknown> {
    let firing: Firing | undefined;
    const promise = new Promise<unknown>((resolve, reject) => {
      firing = new Firing(this, args, key, resolve, reject);
    });
    // Before it starts: one that ends at once must not be joined afterwards.
    this.stores.began(key, promise);
    firing?.start(() => this.#whileStarting(firing, action));
    return promise;
  }

  #whileStarting(firing: Firing | undefined, action: () => unknown): unknown {
    const outer = this.#starting;
    this.#starting = firing;
    try {
      return action();
    } finally {
      this.#starting = outer;
    }
  }

  #refuse(args: unknown[]): Promise<unknown> {
    const error = new BreakerError("EOPENBREAKER", "Breaker is open");
    this.tell("reject", "rejects", 0, error);
    return this.standIn(error, args) ?? Promise.reject(error);
  }
}
