/**
 * What happened lately, counted in slices of time: opossum's Status. The slices move on when somebody looks or
 * counts, so there is no timer but the one of `snapshot`, and that only once somebody listens to it.
 */
import { realClock } from "../clock/real-clock.ts";
import { QuietEmitter } from "./events.ts";

const COUNTERS = [
  "failures",
  "fallbacks",
  "successes",
  "rejects",
  "fires",
  "timeouts",
  "cacheHits",
  "cacheMisses",
  "coalesceCacheHits",
  "coalesceCacheMisses",
  "semaphoreRejections",
] as const;

export type Counter = (typeof COUNTERS)[number];

/** One slice. */
export type Bucket = Record<Counter, number> & {
  percentiles: Record<number, number>;
  /** Milliseconds. */
  latencyTimes: number[];
  isCircuitBreakerOpen?: boolean;
};

/** The whole window. Mean and percentiles are of actions that ended, in milliseconds; -1 where they are off. */
export type Stats = Omit<Bucket, "isCircuitBreakerOpen"> & { latencyMean: number };

export interface StatusOptions {
  readonly rollingCountTimeout?: number;
  readonly rollingCountBuckets?: number;
  readonly rollingPercentilesEnabled?: boolean;
  readonly enableSnapshots?: boolean;
  /** Counts to begin with. */
  readonly stats?: Partial<Stats> | undefined;
}

const PERCENTILES = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 1];

export class Status extends QuietEmitter<{ snapshot: [stats: Stats] }> {
  readonly rollingPercentilesEnabled: boolean;
  readonly enableSnapshots: boolean;
  readonly #sliceMs: number;
  /** The latest slice first. */
  readonly #slices: Bucket[];
  readonly #startedAtMs = realClock.now();
  #turns = 0;
  #timer: ReturnType<typeof setInterval> | undefined = undefined;
  #ended = false;

  constructor(options: StatusOptions = {}) {
    super();
    const buckets = options.rollingCountBuckets || 10;
    this.#sliceMs = Math.max(1, Math.floor((options.rollingCountTimeout || 10_000) / buckets));
    this.#slices = Array.from({ length: buckets }, emptyBucket);
    if (options.stats !== undefined) this.#slices[0] = { ...emptyBucket(), ...options.stats };
    this.rollingPercentilesEnabled = options.rollingPercentilesEnabled !== false;
    this.enableSnapshots = options.enableSnapshots !== false;
    if (this.enableSnapshots) this.#awaitListener();
  }

  get stats(): Stats {
    const totals = { ...emptyBucket(), latencyMean: -1 };
    for (const slice of this.#current()) {
      for (const counter of COUNTERS) totals[counter] += slice[counter];
      if (this.rollingPercentilesEnabled) totals.latencyTimes.push(...slice.latencyTimes);
    }
    const times = totals.latencyTimes.sort((a, b) => a - b);
    const known = this.rollingPercentilesEnabled;
    if (known) totals.latencyMean = times.reduce((sum, ms) => sum + ms, 0) / (times.length || 1);
    for (const share of PERCENTILES) {
      totals.percentiles[share] = known ? percentile(share, times) : -1;
    }
    return totals;
  }

  /** The slices, the latest first. */
  get window(): Bucket[] {
    return this.#current().slice();
  }

  increment(counter: Counter, latencyMs = 0): void {
    const slice = this.#latest();
    slice[counter]++;
    const measured = counter === "successes" || counter === "failures" || counter === "timeouts";
    if (measured && this.rollingPercentilesEnabled) slice.latencyTimes.push(latencyMs);
  }

  open(): void {
    this.#latest().isCircuitBreakerOpen = true;
  }

  close(): void {
    this.#latest().isCircuitBreakerOpen = false;
  }

  shutdown(): void {
    this.removeAllListeners();
    clearInterval(this.#timer);
    this.#ended = true;
  }

  #latest(): Bucket {
    return this.#current()[0] as Bucket;
  }

  #current(): Bucket[] {
    const turns = Math.floor((realClock.now() - this.#startedAtMs) / this.#sliceMs);
    for (let due = Math.min(turns - this.#turns, this.#slices.length); due > 0; due--) {
      this.#slices.pop();
      this.#slices.unshift(emptyBucket());
    }
    this.#turns = turns;
    return this.#slices;
  }

  #snapshot(): void {
    (this as QuietEmitter).emit("snapshot" as never, ...([this.stats] as never));
  }

  #awaitListener(): void {
    this.on(
      "newListener" as never,
      ((event: string) => {
        if (event !== "snapshot" || this.#timer !== undefined || this.#ended) return;
        this.#timer = setInterval(() => this.#snapshot(), this.#sliceMs);
        this.#timer.unref?.();
      }) as never,
    );
  }
}

function emptyBucket(): Bucket {
  const counts = Object.fromEntries(COUNTERS.map((counter) => [counter, 0]));
  return { ...(counts as Record<Counter, number>), percentiles: {}, latencyTimes: [] };
}

function percentile(share: number, sorted: readonly number[]): number {
  const index = share === 0 ? 0 : Math.ceil(share * sorted.length) - 1;
  return sorted[index] ?? 0;
}
