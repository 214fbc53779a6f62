/**
 * The short way through the call engine: a call whose first attempt may go out at once, and is answered well, needs
 * no Call. What it takes from the policy's machines, and what they are told, is exactly what `start` and `finish`
 * would have done; whenever anything else happens, `adopt` makes the Call that `start` would have made, and it goes
 * on from there.
 *
 * Invariants
 *   1. `admit` takes all that the attempt needs, or changes nothing that the ordinary way would not change too.
 *   2. What was admitted ends in exactly one of `succeed` and `adopt`.
 */
import { NO_PERMIT } from "../breaker.ts";
import type { ConcurrencyLimiter } from "../concurrency-limiter/machine.ts";
import { deadlineAtMs, fitsDeadline } from "../deadline/machine.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import { attemptEndsAtMs } from "../timeout/machine.ts";
import type { Admission } from "./admission.ts";
import type { Call } from "./call.ts";
import type { CallEngine } from "./engine.ts";
import type { AttemptRefusal } from "./facts.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What `admit` answers instead of a permit: the call has to take the ordinary way. */
export const NOT_AT_ONCE = -2;

export class AtOnce {
  readonly #engine: CallEngine;
  readonly #breaker: Admission["breaker"];
  readonly #rateLimiter: Admission["rateLimiter"];
  readonly #bulkhead: Admission["bulkhead"];
  readonly #limiter: ConcurrencyLimiter<Call> | undefined;
  readonly #budget: CallEngine["budget"];

  constructor(engine: CallEngine) {
    const { admission, policy, budget } = engine;
    this.#engine = engine;
    this.#breaker = admission.breaker;
    this.#rateLimiter = admission.rateLimiter;
    this.#bulkhead = admission.bulkhead;
    this.#limiter =
      policy.concurrencyLimiter && (admission.bulkhead as ConcurrencyLimiter<Call> | undefined);
    this.#budget = budget;
  }

  /** A call begins that has no deadline of its own. Returns its permit, or NOT_AT_ONCE. */
  admit(nowMs: number): number {
    const breaker = this.#breaker;
    const rateLimiter = this.#rateLimiter;
    const bulkhead = this.#bulkhead;
    if (this.#engine.onFact !== undefined) return NOT_AT_ONCE;
    // A closed circuit that would change by itself by now may be none any more.
    if (breaker !== undefined && (breaker.state !== "closed" || nowMs >= breaker.wakeAtMs)) {
      return NOT_AT_ONCE;
    }
    if (rateLimiter !== undefined && rateLimiter.retryAfterMs(nowMs) > 0) return NOT_AT_ONCE;
    if (bulkhead !== undefined && !bulkhead.take()) return NOT_AT_ONCE;
    rateLimiter?.acquire(nowMs);
    this.#budget?.called();
    return breaker === undefined ? NO_PERMIT : breaker.acquire(nowMs);
  }

  /** Whether a good answer changes nothing but the machines: nobody listens, and nobody waits for the place. */
  get silent(): boolean {
    const bulkhead = this.#bulkhead;
    return this.#engine.onFact === undefined && (bulkhead === undefined || bulkhead.waiting === 0);
  }

  /** The attempt was answered well. Only when `silent`. */
  succeed(permit: number, startedAtMs: number, nowMs: number): void {
    this.#breaker?.record(permit, false, nowMs - startedAtMs, nowMs);
    if (this.#limiter !== undefined) this.#sample(this.#limiter, startedAtMs, nowMs);
    this.#bulkhead?.release();
    this.#budget?.succeeded();
  }

  #sample(limiter: ConcurrencyLimiter<Call>, startedAtMs: number, nowMs: number): void {
    limiter.record({ latencyMs: nowMs - startedAtMs, outcome: "ok", nowMs });
  }

  /** Brings a fresh call to where `start` would have brought it. */
  adopt(call: Call, permit: number, startedAtMs: number): void {
    const { deadlineMs, timeoutMs } = this.#engine.policy;
    call.startedAtMs = startedAtMs;
    call.deadlineAtMs = deadlineAtMs(startedAtMs, deadlineMs);
    call.attempt = call.tries = 1;
    call.firstAttemptAtMs = call.attemptStartedAtMs = startedAtMs;
    call.permit = permit;
    call.latestOut = true;
    call.next = "attempt";
    call.wakeAtMs = attemptEndsAtMs(startedAtMs, timeoutMs, call.deadlineAtMs);
  }

  /**
   * Why a call that was not admitted ends at once: its circuit is open and there will be no second try. Undefined when
   * there is more to decide; then nothing has changed. Otherwise the call is over.
   */
  refuse(nowMs: number): AttemptRefusal | undefined {
    const breaker = this.#breaker;
    if (breaker === undefined || this.#engine.onFact !== undefined) return undefined;
    const { state } = breaker;
    if ((state !== "open" && state !== "isolated") || breaker.admits(nowMs)) return undefined;
    const refusal = breaker.refusal(nowMs);
    if (this.#mayTryAgain(refusal, nowMs)) return undefined;
    this.#budget?.called();
    return refusal;
  }

  #mayTryAgain({ retryAfterMs }: AttemptRefusal, nowMs: number): boolean {
    const { retry, deadlineMs } = this.#engine.policy;
    if (retry === undefined || retryAfterMs === undefined || deadlineMs === NEVER) return false;
    return fitsDeadline(nowMs + retryAfterMs, deadlineAtMs(nowMs, deadlineMs));
  }
}

/** Whether calls of this policy can take the short way. A part that is not listed here may need a Call. */
export function mayGoAtOnce(policy: ResolvedPolicy): boolean {
  const { name, hasFallback, deadlineMs, timeoutMs, retry, retryBudget, ...rest } = policy;
  const { circuitBreaker, probationBreaker, rateLimiter, bulkhead, ...others } = rest;
  const { concurrencyLimiter, lateAnswers, ...unknown } = others;
  return lateAnswers === "ignored" && Object.values(unknown).every((part) => part === undefined);
}
