/**
 * Keeps the answers to a policy's calls, and lets calls for the same thing share one. The machine in the policy
 * package decides who leads and who joins; here are the calls themselves.
 *
 * Invariants
 *   1. For one key there is at most one call under way that anybody waits for or that refreshes an old answer.
 *   2. A caller that leaves ends its own wait and nobody else's; when the last one has left, the shared call is aborted.
 */
import {
  AnswerCache,
  type CacheFact,
  type CacheOptions,
  type Fact,
  type Lookup,
  resolveCache,
} from "@breakwater/policy";
import type { AttemptContext } from "../driver/attempt.ts";
import { CallerSignals } from "../driver/caller-signals.ts";
import { tellFact } from "../operate/tell.ts";
import type { CallResult, Policy, RunOptions } from "../types.ts";
import { Flight } from "./flight.ts";
import { cancelled, type Ticket, timedOut, WaitingCaller } from "./waiting-caller.ts";

/** @typeParam F what the policy's fallback answers */
export interface CachedPolicy<F = never> {
  /** The policy whose calls are kept; calls that it runs itself are not. */
  readonly policy: Policy<F>;
  /** Answers kept, fresh or not. */
  readonly size: number;
  /**
   * As the policy's own `run`, for a thing that the key names. The function is called only when nothing fresh is kept
   * and nobody else is under way for the same key. All callers get the same value: do not change it.
   */
  run<T>(
    key: string,
    attempt: (context: AttemptContext) => T,
    options?: RunOptions,
  ): Promise<Awaited<T> | F>;
  /** The same, but never rejects: says how the call ended, with what, and how fresh that is. */
  runOutcome<T>(
    key: string,
    attempt: (context: AttemptContext) => T,
    options?: RunOptions,
  ): Promise<CallResult<Awaited<T>, Awaited<T> | F>>;
  /** What is kept for the key is not true any more. A call under way for it is not kept, and nobody joins it. */
  forget(key: string): void;
  /** The same for every key. */
  clear(): void;
}

/**
 * @throws InvalidOptionsError that lists everything that is wrong with the options
 */
export function cached<F = never>(
  policy: Policy<F>,
  options: CacheOptions,
  { shadow = false }: CachedRuntime = {},
): CachedPolicy<F> {
  return new Cached(policy, options, shadow);
}

export interface CachedRuntime {
  /**
   * Decides and reports, and answers nobody: each caller makes a call of its own, and facts tell what it would have
   * got instead. False unless given.
   */
  readonly shadow?: boolean | undefined;
}

type Attempt = (context: AttemptContext) => unknown;
type Result = CallResult<unknown, unknown>;

class Cached<F> implements CachedPolicy<F> {
  readonly policy: Policy<F>;
  readonly #answers: AnswerCache<unknown>;
  readonly #flights = new Map<string, Flight>();
  readonly #signals = new CallerSignals();
  readonly #shadow: boolean;

  constructor(policy: Policy<F>, options: CacheOptions, shadow: boolean) {
    this.#shadow = shadow;
    this.policy = policy;
    this.#answers = new AnswerCache(resolveCache(options));
  }

  get size(): number {
    return this.#answers.size;
  }

  async run<T>(
    key: string,
    attempt: (context: AttemptContext) => T,
    options: RunOptions = {},
  ): Promise<Awaited<T> | F> {
    const result = await this.#start(key, attempt, options);
    if (result.outcome === "ok" || result.outcome === "fallback") return result.value as Awaited<T>;
    throw result.error;
  }

  runOutcome<T>(
    key: string,
    attempt: (context: AttemptContext) => T,
    options: RunOptions = {},
  ): Promise<CallResult<Awaited<T>, Awaited<T> | F>> {
    return this.#start(key, attempt, options) as Promise<CallResult<Awaited<T>, Awaited<T> | F>>;
  }

  forget(key: string): void {
    this.#answers.forget(key);
    this.#flights.delete(key);
  }

  clear(): void {
    this.#answers.clear();
    this.#flights.clear();
  }

  #start(key: string, attempt: Attempt, options: RunOptions): Promise<Result> {
    const { clock, name } = this.policy;
    const nowMs = clock.now();
    const { signal, deadlineAtMs = Number.POSITIVE_INFINITY } = options;
    if (signal?.aborted) return Promise.resolve(cancelled(signal.reason));
    if (nowMs >= deadlineAtMs) return Promise.resolve(timedOut(name));
    const found = this.#answers.lookup(key, nowMs);
    tellFact(this.policy, () => this.#fact(lookedUp(found, nowMs)));
    if (this.#shadow) return this.#pass(key, found, attempt, options);
    if (found.kind === "fresh" || found.kind === "stale") {
      const { kind: freshness, value, ageMs } = found;
      if (found.kind === "stale" && found.flight !== undefined) {
        this.#send(key, new Flight(found.flight, true), attempt, options);
      }
      const kept = { freshness, value, ageMs, attempts: 0, error: undefined, cause: undefined };
      return Promise.resolve({ outcome: "ok", ...kept });
    }
    if (found.kind === "join") return this.#wait(key, this.#flights.get(key) as Flight, options);
    const flight = new Flight(found.flight, false);
    // Aboard before it goes out: the function may answer, and the caller may leave, at once.
    const answer = this.#wait(key, flight, options);
    this.#send(key, flight, attempt, options);
    return answer;
  }

  #wait(key: string, flight: Flight, options: RunOptions): Promise<Result> {
    const ticket: Ticket = {
      clock: this.policy.clock,
      signals: this.#signals,
      policyName: this.policy.name,
      options,
      // Whoever asks from now on leads anew.
      abandoned: () => this.#end(key, flight),
    };
    return new Promise((resolve) => new WaitingCaller(flight, ticket, resolve));
  }

  /** The shared call is bound by the policy's deadline alone: each caller looks after its own. */
  #send(key: string, flight: Flight, attempt: Attempt, options: RunOptions): void {
    this.#flights.set(key, flight);
    const { priority, attempts } = options;
    let staleMs: number | undefined;
    const standIn = () => {
      const kept = this.#answers.standIn(key, this.policy.clock.now());
      staleMs = kept?.ageMs;
      return kept;
    };
    const run = Object.assign((context: AttemptContext) => attempt(context), { standIn });
    const { signal } = flight;
    this.policy.runOutcome(run, { signal, priority, attempts }).then((result) => {
      if (result.outcome === "ok") {
        const { number } = flight;
        this.#answers.fill(key, number, result.value, this.policy.clock.now());
      }
      this.#end(key, flight);
      const isStale = result.outcome === "fallback" && staleMs !== undefined;
      if (isStale) this.#tellStandIn(staleMs);
      flight.land(isStale ? { ...result, freshness: "stale", ageMs: staleMs } : result);
    });
  }

  #tellStandIn(ageMs: number | undefined): void {
    const atMs = this.policy.clock.now();
    tellFact(this.policy, () => this.#fact({ type: "cacheStoodIn", atMs, ageMs }));
  }

  #fact(fact: CacheFact): Fact {
    return this.#shadow ? { ...fact, shadow: true } : fact;
  }

  /** In shadow: what is kept comes from the calls that the cache would have made. */
  async #pass(
    key: string,
    found: Lookup<unknown>,
    attempt: Attempt,
    options: RunOptions,
  ): Promise<Result> {
    const result = await this.policy.runOutcome(attempt, options);
    const nowMs = this.policy.clock.now();
    if (result.outcome !== "ok" && result.outcome !== "cancelled") {
      const kept = this.#answers.standIn(key, nowMs);
      if (kept !== undefined) this.#tellStandIn(kept.ageMs);
    }
    const flight = "flight" in found ? found.flight : undefined;
    if (flight === undefined) return result;
    if (result.outcome === "ok") this.#answers.fill(key, flight, result.value, nowMs);
    else this.#answers.fail(key, flight);
    return result;
  }

  #end(key: string, flight: Flight): void {
    this.#answers.fail(key, flight.number);
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}

const LOOKED_UP = {
  fresh: "cacheHit",
  stale: "cacheStale",
  join: "cacheJoined",
  lead: "cacheMissed",
} as const satisfies Record<Lookup<unknown>["kind"], CacheFact["type"]>;

/** What a caller got who asked the cache. */
function lookedUp(found: Lookup<unknown>, atMs: number): CacheFact {
  return { type: LOOKED_UP[found.kind], atMs, ageMs: "ageMs" in found ? found.ageMs : undefined };
}
