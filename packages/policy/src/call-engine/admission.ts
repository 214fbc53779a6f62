/**
 * Admission: the parts of a policy between retry and timeout, in their order. An attempt passes the rate limiter,
 * then takes a place in the bulkhead, then a permit of the circuit breaker; it may be refused by any of them, or
 * wait for the first two. A circuit that would refuse it is asked before anything else, so that nothing waits for it;
 * its permit comes last, so that no trial is held while waiting.
 *
 * Invariants
 *   1. An attempt that goes out holds a place and a permit of each part that there is; one that does not holds none.
 *   2. Whoever leaves, waiting or under way, leaves nothing taken behind.
 */
import { type CircuitListener, NO_PERMIT } from "../breaker.ts";
import { Bulkhead } from "../bulkhead/machine.ts";
import { CircuitBreaker } from "../circuit-breaker/machine.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import { ProbationBreaker } from "../probation-breaker/machine.ts";
import { makeRateLimiter, type RateLimiter, REFUSED } from "../rate-limiter/machine.ts";
import { blamesDependency } from "../timeout/machine.ts";
import type { AttemptState, Call } from "./call.ts";
import type { AttemptRefusal } from "./facts.ts";

/** What became of a request for admission. "waits": `call.waitsFor` and `call.wakeAtMs` say for what, how long. */
export type Admitted = "goes" | "waits" | AttemptRefusal;

export type AttemptOutcome = "ok" | "failed" | "timedOut" | "cancelled";

/** Machines of an engine that another one follows; each is left out where its options have changed. */
export interface KeptMachines {
  readonly breaker?: CircuitBreaker | ProbationBreaker | undefined;
  readonly rateLimiter?: RateLimiter | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;

export class Admission {
  readonly breaker: CircuitBreaker | ProbationBreaker | undefined;
  readonly #timeoutMs: number;
  readonly rateLimiter: RateLimiter | undefined;
  readonly bulkhead: Bulkhead<Call> | undefined;
  readonly #maxWaitMs: number;
  readonly #displaced: (call: Call) => void;

  /** @param displaced told of a call that lost its place in the line to a more important one */
  constructor(
    policy: ResolvedPolicy,
    onCircuit: CircuitListener,
    displaced: (call: Call) => void,
    kept: KeptMachines = {},
  ) {
    this.breaker = kept.breaker ?? makeBreaker(policy, onCircuit);
    this.#timeoutMs = policy.timeoutMs;
    this.rateLimiter =
      kept.rateLimiter ?? (policy.rateLimiter && makeRateLimiter(policy.rateLimiter));
    this.bulkhead = policy.bulkhead && new Bulkhead(policy.bulkhead);
    this.#maxWaitMs = policy.bulkhead?.queue.maxWaitMs ?? NEVER;
    this.#displaced = displaced;
  }

  /** A call wants an attempt out. */
  ask(call: Call, nowMs: number): Admitted {
    const { breaker, rateLimiter } = this;
    if (breaker !== undefined && !breaker.admits(nowMs)) return breaker.refusal(nowMs);
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

  /** A call wants one more attempt out beside another: at once, or not at all. */
  askAtOnce(call: Call, nowMs: number): "goes" | AttemptRefusal {
    const admitted = this.ask(call, nowMs);
    if (admitted !== "waits") return admitted;
    const { waitsFor } = call;
    this.stopWaiting(call);
    call.next = "attempt";
    const reason = waitsFor === "rate" ? "rateLimited" : "bulkheadFull";
    return { reason, retryAfterMs: undefined };
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

  /** The call's attempt is over: the circuit breaker hears of it, unless it says nothing about the dependency. */
  conclude(call: Call, state: AttemptState, outcome: AttemptOutcome, nowMs: number): void {
    const { breaker } = this;
    if (breaker === undefined) return;
    const { permit, attemptStartedAtMs } = state;
    const { deadlineAtMs } = call;
    state.permit = NO_PERMIT;
    const silent =
      outcome === "cancelled" ||
      (outcome === "timedOut" &&
        !blamesDependency(attemptStartedAtMs, this.#timeoutMs, deadlineAtMs));
    if (silent) breaker.release(permit, nowMs);
    else breaker.record(permit, outcome !== "ok", nowMs - attemptStartedAtMs, nowMs);
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

function makeBreaker(policy: ResolvedPolicy, onFact: CircuitListener) {
  if (policy.circuitBreaker !== undefined) return new CircuitBreaker(policy.circuitBreaker, onFact);
  if (policy.probationBreaker === undefined) return undefined;
  return new ProbationBreaker(policy.probationBreaker, onFact);
}
