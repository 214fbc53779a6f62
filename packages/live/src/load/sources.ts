import type { ResolvedLoad } from "@breakwater/scenario";
import {
  Arrivals,
  derive,
  Intensity,
  type Key,
  loadKey,
  makeSampler,
  PURPOSE,
  type Sampler,
} from "@breakwater/scenario/plan";
import { commonMs } from "../synthetic/timing.ts";
import type { Customers } from "./customer.ts";
import type { Lateness } from "./lateness.ts";

/** Plays a load in real time. */
export interface Source {
  start(): void;
  stop(): void;
}

export interface SourceSettings {
  readonly root: Key;
  /** When the run began, on the common clock. */
  readonly startedMs: number;
  readonly customers: Customers;
  readonly lateness: Lateness;
}

export function makeSource(load: ResolvedLoad, settings: SourceSettings): Source {
  const { source } = load;
  return source.kind === "open"
    ? new OpenSource(load, source, settings)
    : new ClosedSource(load, source, settings);
}

type Of<K extends string> = Extract<ResolvedLoad["source"], { kind: K }>;

/** Timers that can all be taken back. */
class Timers {
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  at(dueMs: number, action: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        action();
      },
      Math.max(0, dueMs - commonMs()),
    );
    this.#timers.add(timer);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** Sends at the times that the scenario's seed draws, whatever becomes of the requests. */
class OpenSource implements Source {
  readonly #settings: SourceSettings;
  readonly #key: Key;
  readonly #arrivals: Arrivals;
  readonly #timers = new Timers();
  #count = 0;

  constructor(load: ResolvedLoad, source: Of<"open">, settings: SourceSettings) {
    this.#settings = settings;
    this.#key = loadKey(settings.root, load.name);
    this.#arrivals = new Arrivals(load, source, this.#key);
  }

  start(): void {
    this.#next();
  }

  stop(): void {
    this.#timers.stop();
  }

  #next(): void {
    const atMs = this.#arrivals.next();
    if (atMs === Infinity) return;
    const dueMs = this.#settings.startedMs + atMs;
    // What is due by now goes out without waiting for another timer.
    if (dueMs <= commonMs()) this.#send(dueMs);
    else this.#timers.at(dueMs, () => this.#send(dueMs));
  }

  #send(dueMs: number): void {
    const { customers, lateness } = this.#settings;
    lateness.sends.record(Math.max(0, commonMs() - dueMs));
    void customers.call(derive(this.#key, this.#count++), dueMs);
    // Not at once: a source that is behind must let answers through in between.
    setImmediate(() => this.#next());
  }
}

/** Users with one request at a time, who think between an answer and the next request. */
class ClosedSource implements Source {
  readonly #settings: SourceSettings;
  readonly #key: Key;
  readonly #think: Sampler;
  readonly #intensity: Intensity;
  readonly #endMs: number;
  readonly #startMs: number;
  readonly #users: number;
  readonly #atFactorOne: number;
  readonly #timers = new Timers();
  #stopped = false;

  constructor(load: ResolvedLoad, source: Of<"closed">, settings: SourceSettings) {
    this.#settings = settings;
    this.#key = loadKey(settings.root, load.name);
    this.#think = makeSampler(source.think);
    this.#intensity = new Intensity(load.shape, load.startMs, load.endMs);
    this.#startMs = load.startMs;
    this.#endMs = load.endMs;
    // A factor above 1 brings users that are not there at factor 1.
    this.#users = Math.ceil(source.users * Math.max(...load.shape.map(({ factor }) => factor)));
    this.#atFactorOne = source.users;
  }

  start(): void {
    for (let user = 0; user < this.#users; user++) this.#comeBack(user, 0, this.#startMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#timers.stop();
  }

  #comeBack(user: number, requests: number, fromMs: number): void {
    const atMs = this.#intensity.timeAbove(user / this.#atFactorOne, fromMs);
    if (this.#stopped || !(atMs < this.#endMs)) return;
    const dueMs = this.#settings.startedMs + atMs;
    // Whoever comes back at once needs no timer, which would be late.
    if (dueMs <= commonMs()) void this.#call(user, requests, commonMs());
    else this.#timers.at(dueMs, () => void this.#call(user, requests, dueMs));
  }

  async #call(user: number, requests: number, dueMs: number): Promise<void> {
    const { customers, lateness, startedMs } = this.#settings;
    lateness.sends.record(Math.max(0, commonMs() - dueMs));
    const key = derive(derive(this.#key, user), requests);
    const before = customers.refused;
    await customers.call(key, dueMs);
    const thinkMs = this.#think(key.hi, key.lo, PURPOSE.think);
    // A user who was not let in tries again in a moment, not in a loop without end.
    const waitMs = customers.refused === before ? thinkMs : Math.max(100, thinkMs);
    this.#comeBack(user, requests + 1, commonMs() - startedMs + waitMs);
  }
}
