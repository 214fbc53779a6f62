import {
  type AttemptRefusal,
  type CallFact,
  ClientThrottle,
  type Fact,
  type LimitAlgorithm,
  makeLimitAlgorithm,
  makeRateLimiter,
  type RateLimiter,
  type ResolvedPolicy,
} from "@breakwater/policy";
import { same } from "./shadow-parts.ts";

type Started = Extract<CallFact, { type: "attemptStarted" }>;
type Ended = Extract<CallFact, { type: "attemptEnded" }>;

/** Limits that are only tried out: asked for each attempt, and told how those ended that they let out. */
export class ShadowLimits {
  readonly #random: () => number;
  readonly #report: (fact: Fact) => void;
  #policy: ResolvedPolicy;
  #throttle: ClientThrottle | undefined;
  #rateLimiter: RateLimiter | undefined;
  #algorithm: LimitAlgorithm | undefined;
  /** Attempts under way that would have been let in, or would wait. */
  #places = 0;

  constructor(policy: ResolvedPolicy, random: () => number, report: (fact: Fact) => void) {
    const { clientThrottle, rateLimiter, concurrencyLimiter } = policy;
    this.#random = random;
    this.#report = report;
    this.#policy = policy;
    this.#throttle = clientThrottle && new ClientThrottle(clientThrottle);
    this.#rateLimiter = rateLimiter && makeRateLimiter(rateLimiter);
    this.#algorithm = concurrencyLimiter && makeLimitAlgorithm(concurrencyLimiter);
  }

  /** Keeps what fits: counts, limits that were learnt, and the permits of an unchanged rate limiter. */
  reconfigure(policy: ResolvedPolicy, nowMs: number): void {
    const { clientThrottle, rateLimiter, concurrencyLimiter } = policy;
    const before = this.#policy;
    this.#policy = policy;
    if (clientThrottle !== undefined) this.#throttle?.reconfigure(clientThrottle, nowMs);
    this.#throttle = clientThrottle && (this.#throttle ?? new ClientThrottle(clientThrottle));
    if (!same(before.rateLimiter, rateLimiter)) {
      this.#rateLimiter = rateLimiter && makeRateLimiter(rateLimiter);
    }
    if (!same(before.concurrencyLimiter, concurrencyLimiter)) {
      this.#algorithm =
        concurrencyLimiter && makeLimitAlgorithm(concurrencyLimiter, this.#algorithm);
    }
  }

  /** Why the attempt would have been refused. If it would not, it counts as under way. */
  ask(fact: Started): AttemptRefusal | undefined {
    const { atMs } = fact;
    if (this.#throttle?.acquire(atMs, this.#random()) === false) {
      return { reason: "throttled", retryAfterMs: undefined };
    }
    const refusal = this.#takeTurn(fact) ?? this.#takePlace(fact);
    if (refusal !== undefined) this.#throttle?.giveBack(atMs);
    return refusal;
  }

  #takeTurn(fact: Started): AttemptRefusal | undefined {
    const { atMs } = fact;
    const waitMs = this.#rateLimiter?.acquire(atMs) ?? 0;
    if (waitMs < 0) {
      return { reason: "rateLimited", retryAfterMs: this.#rateLimiter?.retryAfterMs(atMs) };
    }
    if (waitMs > 0) this.#queued(fact, "rate", atMs + waitMs);
    return undefined;
  }

  /** An attempt beyond the limit would have waited if there is room; as it really goes out, it counts as under way. */
  #takePlace(fact: Started): AttemptRefusal | undefined {
    const { bulkhead, concurrencyLimiter } = this.#policy;
    const queue = (concurrencyLimiter ?? bulkhead)?.queue;
    const limit = this.#algorithm?.limit ?? bulkhead?.concurrent;
    if (queue !== undefined && limit !== undefined) {
      if (this.#places >= limit + queue.size) {
        return { reason: "bulkheadFull", retryAfterMs: undefined };
      }
      if (this.#places >= limit) this.#queued(fact, "place", fact.atMs + queue.maxWaitMs);
    }
    this.#places++;
    return undefined;
  }

  /** An attempt that was let out would not have gone out after all. */
  giveBack(nowMs: number): void {
    this.#throttle?.giveBack(nowMs);
    this.#places--;
  }

  /** @param blamesNobody its end says nothing about the dependency */
  ended(fact: Ended, blamesNobody: boolean): void {
    const { callId, outcome, latencyMs, atMs: nowMs, overloaded } = fact;
    const inFlight = this.#places--;
    if (outcome === "cancelled" || blamesNobody) {
      this.#throttle?.giveBack(nowMs);
      return;
    }
    this.#throttle?.record(outcome === "ok", nowMs);
    const sampled = overloaded || outcome === "timedOut" ? "dropped" : outcome;
    const decision = this.#algorithm?.sample({ latencyMs, inFlight, outcome: sampled, nowMs });
    if (decision === undefined || decision.change === "hold") return;
    const { limit, reason } = decision;
    this.#report({ type: "limitChanged", atMs: nowMs, callId, limit, reason });
  }

  #queued({ callId, atMs }: Started, waitsFor: "rate" | "place", untilMs: number): void {
    this.#report({ type: "attemptQueued", atMs, callId, waitsFor, untilMs });
  }
}
