/**
 * Admission: the parts of a policy between retry and timeout, in their order. An attempt passes the client throttle
 * and the rate limiter, then takes a place in the bulkhead or concurrency limiter, then a permit of the circuit
 * breaker; it may be refused by any of them, or wait for its turn or a place. A circuit that would refuse it is asked before anything else, so that nothing waits for it;
 * its permit comes last, so that no trial is held while waiting.
 *
 * Invariants
 *   1. An attempt that goes out holds a place and a permit of each part that there is; one that does not holds none.
 *   2. Whoever leaves, waiting or under way, leaves nothing taken behind.
 */
import { type CircuitListener, NO_PERMIT } from "../breaker.ts";
import type { Bulkhead } from "../bulkhead/machine.ts";
import type { CircuitBreaker } from "../circuit-breaker/machine.ts";
import type { ClientThrottle } from "../client-throttle/machine.ts";
import type { LimitDecision } from "../concurrency-limiter/limit-algorithm.ts";
import type { ConcurrencyLimiter } from "../concurrency-limiter/machine.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import type { ProbationBreaker } from "../probation-breaker/machine.ts";
import { type RateLimiter, REFUSED } from "../rate-limiter/machine.ts";
import { blamesDependency } from "../timeout/machine.ts";
import type { AttemptState, Call } from "./call.ts";
import type { AttemptRefusal } from "./facts.ts";
import type { EngineParts } from "./parts.ts";

/** What became of a request for admission. "waits": `call.waitsFor` and `call.wakeAtMs` say for what, how long. */
export type Admitted = "goes" | "waits" | AttemptRefusal;

/** A uniform number, 0 <= u < 1: for the delay before the call's next try, or for whether this one is throttled. */
export type DrawRandom = (call: Call, purpose: "jitter" | "throttle") => number;

export type AttemptOutcome = "ok" | "failed" | "timedOut" | "cancelled";

const NEVER = Number.POSITIVE_INFINITY;

export class Admission {
  readonly breaker: CircuitBreaker | ProbationBreaker | undefined;
  readonly #timeoutMs: number;
  readonly rateLimiter: RateLimiter | undefined;
  readonly throttle: ClientThrottle | undefined;
  /** Whichever of the two there is. */
  readonly bulkhead: Bulkhead<Call> | ConcurrencyLimiter<Call> | undefined;
  readonly limiter: ConcurrencyLimiter<Call> | undefined;
  readonly #random: DrawRandom;
  readonly #maxWaitMs: number;
  readonly #displaced: (call: Call) => void;

  /** @param displaced told of a call that lost its place in the line to a more important one */
  constructor(
    policy: ResolvedPolicy,
    parts: EngineParts,
    random: DrawRandom,
    onCircuit: CircuitListener,
    displaced: (call: Call) => void,
  ) {
    const { bulkhead, concurrencyLimiter } = policy;
    this.#random = random;
    this.throttle = policy.clientThrottle && parts.clientThrottle?.make(policy.clientThrottle);
    this.limiter = concurrencyLimiter && parts.concurrencyLimiter?.make(concurrencyLimiter);
    this.breaker = makeBreaker(policy, parts, onCircuit);
    this.#timeoutMs = policy.timeoutMs;
    this.rateLimiter = policy.rateLimiter && parts.rateLimiter?.make(policy.rateLimiter);
    this.bulkhead = this.limiter ?? (bulkhead && parts.bulkhead?.make(bulkhead));
    this.#maxWaitMs = (concurrencyLimiter ?? bulkhead)?.queue.maxWaitMs ?? NEVER;
    this.#displaced = displaced;
  }

  /** A call wants an attempt out. */
  ask(call: Call, nowMs: number): Admitted {
    const { breaker, throttle } = this;
    if (breaker !== undefined && !breaker.admits(nowMs)) return breaker.refusal(nowMs);
    if (throttle === undefined) return this.#takeTurn(call, nowMs);
    if (!throttle.acquire(nowMs, this.#random(call, "throttle"))) {
      return { reason: "throttled", retryAfterMs: undefined };
    }
    const admitted = this.#takeTurn(call, nowMs);
    if (typeof admitted === "object") throttle.giveBack(nowMs);
    return admitted;
  }

  #takeTurn(call: Call, nowMs: number): Admitted {
    const { rateLimiter } = this;
    if (rateLimiter !== undefined) {
      const waitMs = rateLimiter.acquire(nowMs);
      if (waitMs === REFUSED) {
        return { reason: "rateLimited", retryAfterMs: rateLimiter.retryAfterMs(nowMs) };
      }
      if (waitMs > 0) {
        if (nowMs + waitMs >= call.deadlineAtMs) {
          rateLimiter.giveBack(nowMs + waitMs);
          return { reason: "rateLimited", retryAfterMs: waitMs };
        }
        return wait(call, "rate", nowMs + waitMs);
      }
    }
    return this.#takePlace(call, nowMs);
  }

  /** The call has waited for its turn at the rate limiter; meanwhile the circuit may have opened. */
  turnCame(call: Call, nowMs: number): Admitted {
    const { breaker } = this;
    if (breaker !== undefined && !breaker.admits(nowMs)) return breaker.refusal(nowMs);
    return this.#takePlace(call, nowMs);
  }

  #takePlace(call: Call, nowMs: number): Admitted {
    const { bulkhead } = this;
    if (bulkhead !== undefined) {
      const answer = bulkhead.acquire(call, this.#displaced);
      if (answer === "refused") return { reason: "bulkheadFull", retryAfterMs: undefined };
      if (answer === "queued") {
        return wait(call, "place", Math.min(call.deadlineAtMs, nowMs + this.#maxWaitMs));
      }
    }
    return this.takePermit(call, nowMs);
  }

  /** The call has a place. */
  takePermit(call: Call, nowMs: number): Admitted {
    const { breaker } = this;
    if (breaker === undefined) return "goes";
    const permit = breaker.acquire(nowMs);
    if (permit === NO_PERMIT) return breaker.refusal(nowMs);
    call.permit = permit;
    return "goes";
  }

  /**
   * The call's attempt is over: the circuit breaker and the limits that learn hear of it, unless it says
   * nothing about the dependency.
   * @param overloaded it failed because the dependency has too much to do: for a limiter that is no mere error
   * @returns what was decided about an adaptive limit, if that was asked
   */
  conclude(
    call: Call,
    state: AttemptState,
    outcome: AttemptOutcome,
    overloaded: boolean,
    nowMs: number,
  ): LimitDecision | undefined {
    const { permit, attemptStartedAtMs } = state;
    state.permit = NO_PERMIT;
    const silent =
      outcome === "cancelled" ||
      (outcome === "timedOut" &&
        !blamesDependency(attemptStartedAtMs, this.#timeoutMs, call.deadlineAtMs));
    if (silent) {
      this.breaker?.release(permit, nowMs);
      this.throttle?.giveBack(nowMs);
      return undefined;
    }
    const latencyMs = nowMs - attemptStartedAtMs;
    this.breaker?.record(permit, outcome !== "ok", latencyMs, nowMs);
    this.throttle?.record(outcome === "ok", nowMs);
    const sampled = overloaded || outcome === "timedOut" ? "dropped" : outcome;
    return this.limiter?.record({ latencyMs, outcome: sampled, nowMs });
  }

  /** A call that had passed the throttle, and then waited, sends no attempt after all. */
  notSent(call: Call, nowMs: number): void {
    const passed = call.next === "wait" && call.waitsFor !== "backoff";
    if (passed) this.throttle?.giveBack(nowMs);
  }

  /** The call does not wait any longer: its time is up, or its caller has left. */
  stopWaiting(call: Call): void {
    if (call.waitsFor === "rate") this.rateLimiter?.giveBack(call.wakeAtMs);
    else if (call.waitsFor === "place") this.bulkhead?.leave(call);
  }
}

function wait(call: Call, what: "rate" | "place", untilMs: number): "waits" {
  call.next = "wait";
  call.waitsFor = what;
  call.wakeAtMs = untilMs;
  return "waits";
}

/** A refusal by the circuit, as against one by a limit of our own. */
export function isCircuitRefusal(reason: AttemptRefusal["reason"]): boolean {
  return reason.startsWith("circuit") || reason === "trialsUnderWay";
}

function makeBreaker(policy: ResolvedPolicy, parts: EngineParts, onFact: CircuitListener) {
  const { circuitBreaker, probationBreaker } = policy;
  return circuitBreaker
    ? parts.circuitBreaker?.make(circuitBreaker, onFact)
    : probationBreaker && parts.probationBreaker?.make(probationBreaker, onFact);
}
