/**
 * The call engine: composes the machines of one policy in their one order (fallback, deadline, retry, circuit
 * breaker, timeout, attempt) and decides, step by step, what a call does next. It is told the time and draws from a
 * given random source; it starts no timer and runs no function. The shells do: the driver on real time, the
 * simulator in virtual time.
 *
 * Inputs: start, finish (an attempt was answered), wake (the time `wakeAtMs` has come), cancel (the caller left).
 *
 * Invariants
 *   1. Every call settles exactly once, and every permit that it was given ends in record or release.
 *   2. A call that is not settled has an attempt out or a wake-up ahead: it cannot be forgotten.
 */
import { type Breaker, type CircuitListener, NO_PERMIT } from "../breaker.ts";
import { CircuitBreaker } from "../circuit-breaker/machine.ts";
import { deadlineAtMs, fitsDeadline } from "../deadline/machine.ts";
import { type FailureOutcome, fallbackApplies } from "../fallback/machine.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import { ProbationBreaker } from "../probation-breaker/machine.ts";
import { GIVE_UP, type ResolvedRetry, retryDelay, type StopReason } from "../retry/machine.ts";
import { attemptEndsAtMs, blamesDependency } from "../timeout/machine.ts";
import type { Outcome } from "../types.ts";
import type { Call } from "./call.ts";
import type { CallFact, FactListener } from "./facts.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What `finish` is told when the server asked for no delay. */
export const NO_SERVER_DELAY = -1;

export interface EngineSettings {
  /** A uniform number, 0 <= u < 1, for the delay before the call's next try. */
  readonly random: (call: Call) => number;
  readonly onFact?: FactListener | undefined;
  /** Hears of the circuit alone, in place of `onFact`: cheaper where nobody wants every attempt. */
  readonly onCircuit?: CircuitListener | undefined;
  /** Where backoff is measured from; "failure" unless set. */
  readonly backoffFrom?: "failure" | "attemptStart";
}

export class CallEngine {
  readonly policy: ResolvedPolicy;
  readonly breaker: CircuitBreaker | ProbationBreaker | undefined;
  /** May be set and unset at any time; facts are made only while it is set. */
  onFact: FactListener | undefined;
  readonly #random: (call: Call) => number;
  readonly #backoffFromStart: boolean;

  constructor(policy: ResolvedPolicy, settings: EngineSettings) {
    this.policy = policy;
    this.#random = settings.random;
    this.onFact = settings.onFact;
    this.#backoffFromStart = settings.backoffFrom === "attemptStart";
    this.breaker = makeBreaker(policy, settings.onCircuit ?? ((fact) => this.onFact?.(fact)));
  }

  /** Begins a call. A deadline that the caller has already promised to somebody shortens the policy's own. */
  start(call: Call, nowMs: number, latestMs: number = NEVER): void {
    call.startedAtMs = nowMs;
    call.deadlineAtMs = Math.min(latestMs, deadlineAtMs(nowMs, this.policy.deadlineMs));
    if (fitsDeadline(nowMs, call.deadlineAtMs)) this.#try(call, nowMs);
    else this.#settle(call, "timedOut", nowMs);
  }

  /**
   * An attempt was answered.
   * @param attempt which one; an answer to any but the latest is late
   * @param serverDelayMs the delay that the server asked for, or NO_SERVER_DELAY
   */
  finish(
    call: Call,
    attempt: number,
    ok: boolean,
    nowMs: number,
    serverDelayMs: number = NO_SERVER_DELAY,
  ): void {
    if (attempt !== call.attempt || call.next !== "attempt") {
      this.#answerLate(call, attempt, ok, nowMs);
      return;
    }
    this.#endAttempt(call, ok ? "ok" : "failed", nowMs);
    if (ok) this.#settle(call, "ok", nowMs);
    else this.#retryOrSettle(call, "failed", nowMs, serverDelayMs);
  }

  /** The time `call.wakeAtMs` has come. Earlier or repeated calls do nothing. */
  wake(call: Call, nowMs: number): void {
    if (call.next === "settled" || nowMs < call.wakeAtMs) return;
    if (call.next === "wait") {
      // Woken late, there may be no time left, though there was when the wait was planned.
      if (fitsDeadline(nowMs, call.deadlineAtMs)) this.#try(call, nowMs);
      else this.#settle(call, "timedOut", nowMs);
      return;
    }
    this.#endAttempt(call, "timedOut", nowMs);
    if (fitsDeadline(nowMs, call.deadlineAtMs)) {
      this.#retryOrSettle(call, "timedOut", nowMs, NO_SERVER_DELAY);
    } else {
      this.#settle(call, "timedOut", nowMs);
    }
  }

  /** The caller has left. */
  cancel(call: Call, nowMs: number): void {
    if (call.next === "settled") return;
    if (call.next === "attempt") this.#endAttempt(call, "cancelled", nowMs);
    this.#settle(call, "cancelled", nowMs);
  }

  #try(call: Call, nowMs: number): void {
    const { breaker } = this;
    call.tries++;
    if (breaker !== undefined) {
      const permit = breaker.acquire(nowMs);
      if (permit === NO_PERMIT) {
        this.#refused(call, breaker, nowMs);
        return;
      }
      call.permit = permit;
    }
    call.attempt++;
    call.attemptStartedAtMs = nowMs;
    call.next = "attempt";
    call.wakeAtMs = attemptEndsAtMs(nowMs, this.policy.timeoutMs, call.deadlineAtMs);
    if (this.onFact !== undefined) {
      this.onFact({ type: "attemptStarted", atMs: nowMs, callId: call.id, attempt: call.attempt });
    }
  }

  #endAttempt(
    call: Call,
    outcome: "ok" | "failed" | "timedOut" | "cancelled",
    nowMs: number,
  ): void {
    const latencyMs = nowMs - call.attemptStartedAtMs;
    if (this.onFact !== undefined) {
      const { id: callId, attempt } = call;
      this.onFact({ type: "attemptEnded", atMs: nowMs, callId, attempt, outcome, latencyMs });
    }
    const { breaker, policy } = this;
    if (breaker === undefined) return;
    const { permit, attemptStartedAtMs, deadlineAtMs } = call;
    call.permit = NO_PERMIT;
    const silent =
      outcome === "cancelled" ||
      (outcome === "timedOut" &&
        !blamesDependency(attemptStartedAtMs, policy.timeoutMs, deadlineAtMs));
    if (silent) breaker.release(permit, nowMs);
    else breaker.record(permit, outcome !== "ok", latencyMs, nowMs);
  }

  /** A rejection on our own side is retried only if it says when, and then only within a deadline. */
  #refused(call: Call, breaker: Breaker, nowMs: number): void {
    const { reason, retryAfterMs } = breaker.refusal(nowMs);
    this.onFact?.({ type: "attemptRefused", atMs: nowMs, callId: call.id, reason, retryAfterMs });
    const { retry } = this.policy;
    if (retry === undefined) {
      this.#settle(call, "shortCircuited", nowMs);
    } else if (retryAfterMs === undefined || call.deadlineAtMs === NEVER) {
      this.#stop(call, "rejectedLocally", nowMs);
      this.#settle(call, "shortCircuited", nowMs);
    } else if (!this.#schedule(call, retry, nowMs, NO_SERVER_DELAY, retryAfterMs)) {
      this.#settle(call, "shortCircuited", nowMs);
    }
  }

  #retryOrSettle(call: Call, outcome: FailureOutcome, nowMs: number, serverDelayMs: number): void {
    const { retry } = this.policy;
    if (retry === undefined || !this.#schedule(call, retry, nowMs, serverDelayMs, 0)) {
      this.#settle(call, outcome, nowMs);
    }
  }

  /** Plans the next try, or tries at once when there is nothing to wait for. False: there is no next try. */
  #schedule(
    call: Call,
    retry: ResolvedRetry,
    nowMs: number,
    serverDelayMs: number,
    atLeastMs: number,
  ): boolean {
    if (call.tries >= retry.attempts) return this.#stop(call, "attemptsExhausted", nowMs);
    const previousMs = call.tries === 1 ? retry.baseMs : call.delayMs;
    const uniform = retry.jitter === "none" ? 0 : this.#random(call);
    const delayMs = retryDelay(retry, call.tries, previousMs, uniform, serverDelayMs);
    if (delayMs === GIVE_UP) return this.#stop(call, "serverDelayTooLong", nowMs);
    const fromMs = this.#backoffFromStart ? call.attemptStartedAtMs : nowMs;
    const dueAtMs = Math.max(nowMs + atLeastMs, fromMs + delayMs);
    if (!fitsDeadline(dueAtMs, call.deadlineAtMs)) {
      return this.#stop(call, "deadlineTooClose", nowMs);
    }
    call.delayMs = delayMs;
    if (this.onFact !== undefined) {
      const nextTry = call.tries + 1;
      const waitMs = dueAtMs - nowMs;
      this.onFact({
        type: "retryScheduled",
        atMs: nowMs,
        callId: call.id,
        nextTry,
        delayMs: waitMs,
      });
    }
    if (dueAtMs > nowMs) {
      call.next = "wait";
      call.wakeAtMs = dueAtMs;
    } else {
      this.#try(call, nowMs);
    }
    return true;
  }

  #stop(call: Call, reason: StopReason, nowMs: number): false {
    this.onFact?.({ type: "retryStopped", atMs: nowMs, callId: call.id, reason });
    return false;
  }

  #answerLate(call: Call, attempt: number, ok: boolean, nowMs: number): void {
    const taken = ok && call.next !== "settled" && this.policy.lateAnswers === "taken";
    this.onFact?.({ type: "lateAnswer", atMs: nowMs, callId: call.id, attempt, taken });
    if (!taken) return;
    if (call.next === "attempt") this.#endAttempt(call, "cancelled", nowMs);
    this.#settle(call, "ok", nowMs);
  }

  #settle(call: Call, outcome: Outcome, nowMs: number): void {
    call.next = "settled";
    call.wakeAtMs = NEVER;
    call.outcome = outcome;
    if (fallbackApplies(outcome)) {
      call.cause = outcome;
      if (this.policy.hasFallback) call.outcome = "fallback";
    }
    if (this.onFact === undefined) return;
    const ended: CallFact = {
      type: "callEnded",
      atMs: nowMs,
      callId: call.id,
      outcome: call.outcome,
      attempts: call.attempt,
      cause: call.cause,
    };
    this.onFact(ended);
  }
}

function makeBreaker(policy: ResolvedPolicy, onFact: CircuitListener) {
  if (policy.circuitBreaker !== undefined) return new CircuitBreaker(policy.circuitBreaker, onFact);
  if (policy.probationBreaker === undefined) return undefined;
  return new ProbationBreaker(policy.probationBreaker, onFact);
}
