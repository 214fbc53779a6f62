import type { CallEngine } from "@breakwater/policy";
import type { Clock } from "../clock/clock.ts";

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Which readings of the clock a policy can do without, if its calls can take the short way. To read the time costs as
 * much as a bare `await`, and more than all that most policies do for a call; so where no decision depends on it, an
 * older reading serves.
 *
 * The end of a good attempt matters only to what judges how long it took, to a circuit that is not closed, to calls
 * that go out because it ended, and to listeners. A time window that is told an older time counts that success a
 * little earlier: never before its attempt began.
 */
export class TimeUse {
  readonly #start: boolean;
  readonly #end: boolean;
  readonly #engine: CallEngine;
  readonly #breaker: CallEngine["breaker"];
  readonly #clock: Clock;

  constructor(engine: CallEngine, clock: Clock) {
    const { policy } = engine;
    const { deadlineMs, timeoutMs, circuitBreaker, rateLimiter, bulkhead } = policy;
    this.#engine = engine;
    this.#breaker = engine.breaker;
    this.#clock = clock;
    // An adaptive limit learns from latencies.
    const learns = policy.concurrencyLimiter !== undefined;
    const waitsAtMost = bulkhead?.queue.maxWaitMs ?? NEVER;
    this.#start =
      learns ||
      deadlineMs < NEVER ||
      timeoutMs < NEVER ||
      engine.breaker !== undefined ||
      rateLimiter !== undefined ||
      waitsAtMost < NEVER;
    const { slowerThanMs = NEVER, hangingMs = NEVER } = circuitBreaker ?? {};
    this.#end = learns || slowerThanMs < NEVER || hangingMs < NEVER;
  }

  /** When a call begins that has no deadline of its own. */
  startMs(): number {
    if (this.#start || this.#engine.onFact !== undefined) return this.#clock.now();
    return this.#clock.latestMs ?? this.#clock.now();
  }

  /** When an attempt was answered well. */
  goodEndMs(): number {
    const { onFact, admission } = this.#engine;
    const { bulkhead } = admission;
    const matters = onFact !== undefined || (bulkhead !== undefined && bulkhead.waiting > 0);
    return matters ? this.#clock.now() : this.silentEndMs();
  }

  /** The same where nobody listens and nobody waits. */
  silentEndMs(): number {
    const breaker = this.#breaker;
    if (this.#end || (breaker !== undefined && breaker.state !== "closed"))
      return this.#clock.now();
    return this.#clock.latestMs ?? this.#clock.now();
  }
}
