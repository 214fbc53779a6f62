/**
 * The call engine: composes the machines of one policy in their one order (fallback, deadline, retry,
 * rate limiter, bulkhead, circuit breaker, timeout, attempt) and decides, step by step, what a call does next. It is told the time and draws from a
 * given random source; it starts no timer and runs no function. The shells do: the driver on real time, the
 * simulator in virtual time.
 *
 * Inputs: start, finish (an attempt was answered), ended (a given-up attempt has ended), wake (the time `wakeAtMs`
 * has come), cancel (the caller left). A step for one call may set another one going that waited for a place: after
 * each step the shell takes those from takeResumed.
 *
 * Invariants
 *   1. Every call settles exactly once, and every permit that it was given ends in record or release.
 *   2. A call that is not settled has an attempt out or a wake-up ahead: it cannot be forgotten.
 */
import type { CircuitListener } from "../breaker.ts";
import type { CircuitBreaker } from "../circuit-breaker/machine.ts";
import { deadlineAtMs, fitsDeadline } from "../deadline/machine.ts";
import { type FailureOutcome, fallbackApplies } from "../fallback/machine.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import type { ProbationBreaker } from "../probation-breaker/machine.ts";
import type { ResolvedRetry, StopReason } from "../retry/machine.ts";
import { RetryBudget } from "../retry-budget/machine.ts";
import { attemptEndsAtMs } from "../timeout/machine.ts";
import type { Outcome } from "../types.ts";
import { Admission, type Admitted, type AttemptOutcome, isCircuitRefusal } from "./admission.ts";
import type { Call } from "./call.ts";
import type { AttemptRefusal, CallFact, FactListener } from "./facts.ts";
import { RetryPlanner } from "./retry-planner.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What `finish` is told when the server asked for no delay. */
export const NO_SERVER_DELAY = -1;

export interface EngineSettings {
  /** A uniform number, 0 <= u < 1, for the delay before the call's next try. */
  readonly random: (call: Call) => number;
  readonly onFact?: FactListener | undefined;
  /** Hears of the circuit alone, in place of `onFact`: cheaper where nobody wants every attempt. */
  readonly onCircuit?: CircuitListener | undefined;
  /** A retry budget that several policies share, in place of the policy's own. */
  readonly budget?: RetryBudget | undefined;
  /** Where backoff is measured from; "failure" unless set. */
  readonly backoffFrom?: "failure" | "attemptStart";
}

export class CallEngine {
  readonly policy: ResolvedPolicy;
  readonly admission: Admission;
  /** Bounds what retries add to the load; perhaps shared with other policies. */
  readonly budget: RetryBudget | undefined;
  /** May be set and unset at any time; facts are made only while it is set. */
  onFact: FactListener | undefined;
  readonly #planner: RetryPlanner;
  readonly #resumed: Call[] = [];
  /** Those who lost their place in the line in the current step. */
  readonly #displacedCalls: Call[] = [];

  constructor(policy: ResolvedPolicy, settings: EngineSettings) {
    this.policy = policy;
    this.onFact = settings.onFact;
    const onCircuit = settings.onCircuit ?? ((fact) => this.onFact?.(fact));
    this.admission = new Admission(policy, onCircuit, (call) => this.#displacedCalls.push(call));
    this.budget = settings.budget ?? (policy.retryBudget && new RetryBudget(policy.retryBudget));
    this.#planner = new RetryPlanner(settings, this.budget);
  }

  get breaker(): CircuitBreaker | ProbationBreaker | undefined {
    return this.admission.breaker;
  }

  /** Begins a call. A deadline that the caller has already promised to somebody shortens the policy's own. */
  start(call: Call, nowMs: number, latestMs: number = NEVER): void {
    call.startedAtMs = nowMs;
    call.deadlineAtMs = Math.min(latestMs, deadlineAtMs(nowMs, this.policy.deadlineMs));
    this.budget?.called();
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
    if (ok) this.#succeed(call, nowMs);
    else this.#retryOrSettle(call, "failed", nowMs, serverDelayMs);
  }

  /** The time `call.wakeAtMs` has come. Earlier or repeated calls do nothing. */
  wake(call: Call, nowMs: number): void {
    if (call.next === "settled" || nowMs < call.wakeAtMs) return;
    if (call.next === "wait") {
      this.#waited(call, nowMs);
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
    else this.admission.stopWaiting(call);
    this.#settle(call, "cancelled", nowMs);
  }

  /** An attempt that was given up has ended without an answer: it holds its place no longer. */
  ended(call: Call, nowMs: number): void {
    if (call.heldPlaces === 0) return;
    call.heldPlaces--;
    this.#freePlace(nowMs);
  }

  /** A call that a step for another call has set going, or ended; the shell has to follow it. */
  takeResumed(): Call | undefined {
    return this.#resumed.length === 0 ? undefined : this.#resumed.shift();
  }

  #waited(call: Call, nowMs: number): void {
    const { waitsFor } = call;
    if (waitsFor === "place") {
      this.admission.stopWaiting(call);
      this.#waitedInVain(call, nowMs);
    } else if (!fitsDeadline(nowMs, call.deadlineAtMs)) {
      // Woken late, there is no time left, though there was when the wait was planned.
      this.admission.stopWaiting(call);
      this.#settle(call, "timedOut", nowMs);
    } else if (waitsFor === "backoff") {
      this.#try(call, nowMs);
    } else {
      this.#admit(call, this.admission.turnCame(call, nowMs), nowMs);
      this.#dropDisplaced(nowMs);
    }
  }

  #try(call: Call, nowMs: number): void {
    call.tries++;
    this.#admit(call, this.admission.ask(call, nowMs), nowMs);
    this.#dropDisplaced(nowMs);
  }

  /** Those who had to leave the line in this step for somebody more important. */
  #dropDisplaced(nowMs: number): void {
    for (const displaced of this.#displacedCalls.splice(0)) {
      this.#admit(displaced, { reason: "displaced", retryAfterMs: undefined }, nowMs);
      this.#resumed.push(displaced);
    }
  }

  #admit(call: Call, admitted: Admitted, nowMs: number): void {
    if (admitted === "goes") {
      this.#send(call, nowMs);
    } else if (admitted === "waits") {
      if (this.onFact === undefined) return;
      const { id: callId, wakeAtMs: untilMs } = call;
      const waitsFor = call.waitsFor === "rate" ? "rate" : "place";
      this.onFact({ type: "attemptQueued", atMs: nowMs, callId, waitsFor, untilMs });
    } else {
      this.#refused(call, admitted, nowMs);
    }
  }

  /** A place is free: it goes to whoever waits, unless its time is up or the circuit has opened; then to the next. */
  #freePlace(nowMs: number): void {
    let next = this.admission.bulkhead?.release();
    while (next !== undefined) {
      this.#resumed.push(next);
      if (nowMs >= next.wakeAtMs) {
        this.#waitedInVain(next, nowMs);
      } else {
        const admitted = this.admission.takePermit(next, nowMs);
        this.#admit(next, admitted, nowMs);
        if (admitted === "goes") return;
      }
      next = this.admission.bulkhead?.release();
    }
  }

  /** No place has come free for it in time. */
  #waitedInVain(call: Call, nowMs: number): void {
    if (fitsDeadline(nowMs, call.deadlineAtMs)) {
      this.#admit(call, { reason: "waitedTooLong", retryAfterMs: undefined }, nowMs);
    } else {
      this.#settle(call, "timedOut", nowMs);
    }
  }

  #send(call: Call, nowMs: number): void {
    call.attempt++;
    call.attemptStartedAtMs = nowMs;
    call.next = "attempt";
    call.wakeAtMs = attemptEndsAtMs(nowMs, this.policy.timeoutMs, call.deadlineAtMs);
    if (this.onFact !== undefined) {
      this.onFact({ type: "attemptStarted", atMs: nowMs, callId: call.id, attempt: call.attempt });
    }
  }

  #endAttempt(call: Call, outcome: AttemptOutcome, nowMs: number): void {
    const latencyMs = nowMs - call.attemptStartedAtMs;
    if (this.onFact !== undefined) {
      const { id: callId, attempt } = call;
      this.onFact({ type: "attemptEnded", atMs: nowMs, callId, attempt, outcome, latencyMs });
    }
    this.admission.conclude(call, outcome, nowMs);
    if (this.admission.bulkhead === undefined) return;
    // An attempt that was given up may go on: its place is free when it has ended.
    if (outcome === "ok" || outcome === "failed") this.#freePlace(nowMs);
    else call.heldPlaces++;
  }

  /** A rejection on our own side is retried only if it says when, and then only within a deadline. */
  #refused(call: Call, refusal: AttemptRefusal, nowMs: number): void {
    const { reason, retryAfterMs } = refusal;
    call.refusal = refusal;
    this.onFact?.({ type: "attemptRefused", atMs: nowMs, callId: call.id, reason, retryAfterMs });
    const { retry } = this.policy;
    const outcome = isCircuitRefusal(reason) ? "shortCircuited" : "rejected";
    if (retry === undefined) {
      this.#settle(call, outcome, nowMs);
    } else if (retryAfterMs === undefined || call.deadlineAtMs === NEVER) {
      this.#stop(call, "rejectedLocally", nowMs);
      this.#settle(call, outcome, nowMs);
    } else if (!this.#schedule(call, retry, nowMs, NO_SERVER_DELAY, retryAfterMs)) {
      this.#settle(call, outcome, nowMs);
    }
  }

  #retryOrSettle(call: Call, outcome: FailureOutcome, nowMs: number, serverDelayMs: number): void {
    const { retry } = this.policy;
    if (retry === undefined || !this.#schedule(call, retry, nowMs, serverDelayMs, 0)) {
      this.#settle(call, outcome, nowMs);
    }
  }

  /** Goes on to the next try, now or after a wait. False: there is no next try. */
  #schedule(
    call: Call,
    retry: ResolvedRetry,
    nowMs: number,
    serverDelayMs: number,
    atLeastMs: number,
  ): boolean {
    const plan = this.#planner.plan(call, retry, nowMs, serverDelayMs, atLeastMs);
    if (typeof plan === "string") return this.#stop(call, plan, nowMs);
    if (this.onFact !== undefined) {
      const nextTry = call.tries + 1;
      const delayMs = plan - nowMs;
      this.onFact({ type: "retryScheduled", atMs: nowMs, callId: call.id, nextTry, delayMs });
    }
    if (plan > nowMs) {
      call.next = "wait";
      call.waitsFor = "backoff";
      call.wakeAtMs = plan;
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
    // First out of the line, or the place that comes free could be given to this very call.
    if (taken && call.next === "attempt") this.#endAttempt(call, "cancelled", nowMs);
    else if (taken) this.admission.stopWaiting(call);
    this.ended(call, nowMs);
    if (taken) this.#succeed(call, nowMs);
  }

  #succeed(call: Call, nowMs: number): void {
    this.budget?.succeeded();
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
