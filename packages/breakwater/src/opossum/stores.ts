/** Answers kept for later (cache) and calls under way that others join (coalescing), both by a key of the arguments. */
import { warnOfListenerError } from "../driver/fact-listeners.ts";
import type { ResolvedOptions } from "./options.ts";

/** Where answers are kept; opossum's interface. `expiresAtMs` is a time of day (Date.now), 0 for never. */
export interface CacheTransport {
  get(key: string): unknown;
  set(key: string, value: unknown, expiresAtMs: number): void;
  flush(): void;
}

/** In this process, the oldest entry makes room for a new one. */
class MemoryCache implements CacheTransport {
  readonly #entries = new Map<string, { readonly value: unknown; readonly expiresAtMs: number }>();
  readonly #maxEntries: number;

  constructor(maxEntries: number = 2 ** 24 - 1) {
    this.#maxEntries = maxEntries;
  }

  get(key: string): unknown {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAtMs === 0 || entry.expiresAtMs > Date.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  set(key: string, value: unknown, expiresAtMs: number): void {
    if (!this.#entries.has(key) && this.#entries.size >= this.#maxEntries) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, { value, expiresAtMs });
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  flush(): void {
    this.#entries.clear();
  }
}

export type StoreEvent = "cacheHit" | "cacheMiss" | "coalesceCacheHit" | "coalesceCacheMiss";

export class Stores {
  readonly #cache: CacheTransport | undefined;
  readonly #underWay: MemoryCache | undefined;
  readonly #options: ResolvedOptions;

  constructor(options: ResolvedOptions) {
    this.#options = options;
    if (options.cache) this.#cache = options.cacheTransport ?? new MemoryCache(options.cacheSize);
    if (options.coalesce) this.#underWay = new MemoryCache(options.coalesceSize);
  }

  keyOf(args: unknown[]): string {
    if (this.#cache === undefined && this.#underWay === undefined) return "";
    return this.#options.cacheGetKey(...args);
  }

  /** A kept answer or a call to join; undefined when there is neither. */
  find(key: string, tell: (event: StoreEvent) => void): unknown {
    const kept = this.#cache?.get(key);
    if (this.#cache !== undefined) tell(kept ? "cacheHit" : "cacheMiss");
    if (kept) return kept;
    const underWay = this.#underWay?.get(key);
    if (this.#underWay !== undefined) tell(underWay ? "coalesceCacheHit" : "coalesceCacheMiss");
    return underWay;
  }

  /** Others may join this call from now on. */
  began(key: string, call: Promise<unknown>): void {
    this.#underWay?.set(key, call, endOf(this.#options.coalesceTTL));
  }

  /** `refused`: it never went out, so there is nothing to join. */
  ended(key: string, how: "success" | "error" | "timeout" | "refused"): void {
    if (how === "refused" || this.#options.coalesceResetOn.includes(how)) {
      this.#underWay?.delete(key);
    }
  }

  /** The caller has its answer, so a cache that cannot keep it is no failure of the call. */
  answered(key: string, answer: Promise<unknown>): void {
    try {
      this.#cache?.set(key, answer, endOf(this.#options.cacheTTL));
    } catch (thrown) {
      warnOfListenerError(thrown);
    }
  }

  clear(): void {
    this.#cache?.flush();
    this.#underWay?.flush();
  }
}

function endOf(ttlMs: number): number {
  return ttlMs > 0 ? Date.now() + ttlMs : 0;
}
