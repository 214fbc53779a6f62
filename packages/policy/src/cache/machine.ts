/**
 * Cache and coalescing: keeps the answers to calls for a while, and lets calls for the same thing share one.
 *
 * States of a key: nothing, fresh, stale; and beside each of them, a flight or none. A flight is the one call that is
 * under way for the key; its leader has to end it with fill or fail, and its number makes sure that it ends no other.
 *
 * Inputs: lookup, fill, fail, standIn, forget, clear, and the time that comes with them.
 * Failures are never kept: the next one to ask leads again.
 *
 * Invariants
 *   1. A key has at most one flight at a time, however many ask: nobody leads while somebody is under way.
 *   2. An answer is given as fresh only below the age of `ttl`, as stale only below that and the time allowed for it;
 *      and no more than `maxEntries` answers are kept.
 */
import type { ResolvedCache } from "./options.ts";

export type Lookup<V> =
  /** Take this; nothing else is to be done. */
  | { readonly kind: "fresh"; readonly value: V; readonly ageMs: number }
  /** Take this; where there is a flight, lead it: fetch a new one beside. */
  | {
      readonly kind: "stale";
      readonly value: V;
      readonly ageMs: number;
      readonly flight: number | undefined;
    }
  /** Somebody is under way for it: wait for the same answer. */
  | { readonly kind: "join" }
  /** Nobody is: go, and end the flight with fill or fail. */
  | { readonly kind: "lead"; readonly flight: number };

/** An answer that was kept, and how old it is. */
export interface Kept<V> {
  readonly value: V;
  readonly ageMs: number;
}

interface Entry<V> {
  readonly value: V;
  readonly filledAtMs: number;
}

export class AnswerCache<V> {
  readonly options: ResolvedCache;
  /** The one that was not asked for the longest comes first. */
  readonly #entries = new Map<string, Entry<V>>();
  readonly #flights = new Map<string, number>();
  #latestFlight = 0;

  constructor(options: ResolvedCache) {
    this.options = options;
  }

  /** Answers kept, fresh or not. */
  get size(): number {
    return this.#entries.size;
  }

  /** Somebody wants the answer for a key: what to do. */
  lookup(key: string, nowMs: number): Lookup<V> {
    const { ttlMs, staleWhileRefreshingMs } = this.options;
    const kept = this.#find(key, nowMs);
    if (kept !== undefined && kept.ageMs < ttlMs) return { kind: "fresh", ...kept };
    const underWay = this.#flights.has(key);
    if (kept !== undefined && kept.ageMs < ttlMs + staleWhileRefreshingMs) {
      return { kind: "stale", ...kept, flight: underWay ? undefined : this.#begin(key) };
    }
    return underWay ? { kind: "join" } : { kind: "lead", flight: this.#begin(key) };
  }

  /** The flight has brought an answer. False when it is forgotten: the answer is not kept then. */
  fill(key: string, flight: number, value: V, nowMs: number): boolean {
    if (!this.fail(key, flight)) return false;
    this.#entries.delete(key);
    if (this.#longestMs() === 0) return true;
    this.#entries.set(key, { value, filledAtMs: nowMs });
    if (this.#entries.size > this.options.maxEntries) {
      const [longestUnasked] = this.#entries.keys();
      this.#entries.delete(longestUnasked as string);
    }
    return true;
  }

  /** The flight has brought none. False when it is forgotten. */
  fail(key: string, flight: number): boolean {
    if (this.#flights.get(key) !== flight) return false;
    return this.#flights.delete(key);
  }

  /** What may stand in for an answer that cannot be had. */
  standIn(key: string, nowMs: number): Kept<V> | undefined {
    const { ttlMs, staleIfErrorMs } = this.options;
    const kept = this.#find(key, nowMs);
    return kept !== undefined && kept.ageMs < ttlMs + staleIfErrorMs ? kept : undefined;
  }

  /** The answer is not true any more, and neither is one that is under way. */
  forget(key: string): void {
    this.#entries.delete(key);
    this.#flights.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#flights.clear();
  }

  #begin(key: string): number {
    this.#flights.set(key, ++this.#latestFlight);
    return this.#latestFlight;
  }

  #find(key: string, nowMs: number): Kept<V> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    const ageMs = nowMs - entry.filledAtMs;
    if (ageMs >= this.#longestMs()) return undefined;
    this.#entries.set(key, entry);
    return { value: entry.value, ageMs };
  }

  #longestMs(): number {
    const { ttlMs, staleWhileRefreshingMs, staleIfErrorMs } = this.options;
    return ttlMs + Math.max(staleWhileRefreshingMs, staleIfErrorMs);
  }
}
