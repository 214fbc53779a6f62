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
import type { RetryBudget } from "../retry-budget/machine.ts";
import type { Outcome } from "../types.ts";
import { type Admission, type DrawRandom, isCircuitRefusal } from "./admission.ts";
import { AttemptFlow, type CallDecisions } from "./attempt-flow.ts";
import { takeAttempt } from "./attempts.ts";
import type { Call } from "./call.ts";
import type { AttemptRefusal, FactListener } from "./facts.ts";
import type { EngineParts } from "./parts.ts";
import { Reporter } from "./reporter.ts";
import type { RetryPlanner } from "./retry-planner.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What `finish` is told when the server asked for no delay. */
export const NO_SERVER_DELAY = -1;

export interface EngineSettings {
  /** The machinery of every part that the policy has; EVERY_PART serves any policy. */
  readonly parts: EngineParts;
  readonly random: DrawRandom;
  readonly onFact?: FactListener | undefined;
  /** Hears of the circuit alone, in place of `onFact`: cheaper where nobody wants every attempt. */
  readonly onCircuit?: CircuitListener | undefined;
  /** A retry budget that several policies share, in place of the policy's own. */
  readonly budget?: RetryBudget | undefined;
  /** Where this engine notes whom a step has set going, if it shares that with one that it follows. */
  readonly resumed?: Call[] | undefined;
  /** Which of several engines that share places a call belongs to; this one unless given. */
  readonly engineOf?: ((call: Call) => CallEngine) | undefined;
  /** Where backoff is measured from; "failure" unless set. */
  readonly backoffFrom?: "failure" | "attemptStart";
}

export class CallEngine {
  readonly policy: ResolvedPolicy;
  readonly admission: Admission;
  /** Bounds what retries add to the load; perhaps shared with other policies. */
  readonly budget: RetryBudget | undefined;
  readonly #planner: RetryPlanner | undefined;
  readonly #report: Reporter;
  /** What becomes of attempts. */
  readonly flow: AttemptFlow;

  constructor(policy: ResolvedPolicy, settings: EngineSettings) {
    this.policy = policy;
    this.#report = new Reporter(settings.onFact);
    const onCircuit = settings.onCircuit ?? ((fact) => this.#report.listener?.(fact));
    const { retry, hedge } = settings.parts;
    const makeBudget = (policy.retry ? retry : hedge)?.makeBudget;
    this.budget = settings.budget ?? (policy.retryBudget && makeBudget?.(policy.retryBudget));
    this.#planner = policy.retry && retry?.make(settings, this.budget);
    const decisions: CallDecisions = {
      refused: (call, refusal, nowMs) => this.#refused(call, refusal, nowMs),
      timeUp: (call, nowMs) => this.#settle(call, "timedOut", nowMs),
    };
    this.flow = new AttemptFlow(policy, settings, onCircuit, this.#report, this.budget, decisions);
    this.admission = this.flow.admission;
  }

  get breaker(): CircuitBreaker | ProbationBreaker | undefined {
    return this.admission.breaker;
  }

  /** May be set and unset at any time; facts are made only while it is set. */
  get onFact(): FactListener | undefined {
    return this.#report.listener;
  }

  set onFact(listener: FactListener | undefined) {
    this.#report.listener = listener;
  }

  /** Begins a call. A deadline that the caller has already promised to somebody shortens the policy's own. */
  start(call: Call, nowMs: number, latestMs: number = NEVER): void {
    call.startedAtMs = nowMs;
    call.deadlineAtMs = Math.min(latestMs, deadlineAtMs(nowMs, this.policy.deadlineMs));
    this.budget?.called();
    if (fitsDeadline(nowMs, call.deadlineAtMs)) this.flow.try(call, nowMs);
    else this.#settle(call, "timedOut", nowMs);
  }

  /**
   * An attempt was answered.
   * @param attempt which one; an answer to any but the latest is late
   * @param serverDelayMs the delay that the server asked for, or NO_SERVER_DELAY
   * @param overloaded it failed because the dependency has too much to do; an adaptive limit shrinks for that
   */
  finish(
    call: Call,
    attempt: number,
    ok: boolean,
    nowMs: number,
    serverDelayMs: number = NO_SERVER_DELAY,
    overloaded = false,
  ): void {
    const attempts = this.flow;
    const state = takeAttempt(call, attempt);
    if (state === undefined) {
      this.#answerLate(call, attempt, ok, nowMs);
    } else if (ok) {
      attempts.end(call, state, "ok", nowMs);
      this.#succeed(call, nowMs);
    } else {
      attempts.end(call, state, "failed", nowMs, overloaded);
      if (!attempts.goOn(call, nowMs)) this.#retryOrSettle(call, "failed", nowMs, serverDelayMs);
    }
  }

  /** The time `call.wakeAtMs` has come. Earlier or repeated calls do nothing. */
  wake(call: Call, nowMs: number): void {
    if (call.next === "settled" || nowMs < call.wakeAtMs) return;
    if (call.next === "wait") {
      this.flow.waited(call, nowMs);
      return;
    }
    if (!fitsDeadline(nowMs, call.deadlineAtMs)) {
      this.flow.endAll(call, "timedOut", nowMs);
      this.#settle(call, "timedOut", nowMs);
      return;
    }
    this.flow.endDue(call, nowMs);
    if (!this.flow.goOn(call, nowMs)) {
      this.#retryOrSettle(call, "timedOut", nowMs, NO_SERVER_DELAY);
    }
  }

  /** The caller has left. */
  cancel(call: Call, nowMs: number): void {
    if (call.next === "settled") return;
    if (call.next === "attempt") this.flow.endAll(call, "cancelled", nowMs);
    else this.flow.stopWaiting(call, nowMs);
    this.#settle(call, "cancelled", nowMs);
  }

  /** An attempt that was given up has ended without an answer: it holds its place no longer. */
  ended(call: Call, nowMs: number): void {
    this.flow.ended(call, nowMs);
  }

  /** A call that a step for another call has set going, or ended; the shell has to follow it. */
  takeResumed(): Call | undefined {
    return this.flow.takeResumed();
  }

  /** A rejection on our own side is retried only if it says when, and then only within a deadline. */
  #refused(call: Call, refusal: AttemptRefusal, nowMs: number): void {
    const { reason, retryAfterMs } = refusal;
    call.refusal = refusal;
    this.#report.attemptRefused(call, refusal, nowMs);
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
    const plan = (this.#planner as RetryPlanner).plan(call, retry, nowMs, serverDelayMs, atLeastMs);
    if (typeof plan === "string") return this.#stop(call, plan, nowMs);
    this.#report.retryScheduled(call, plan, nowMs);
    if (plan > nowMs) {
      call.next = "wait";
      call.waitsFor = "backoff";
      call.wakeAtMs = plan;
    } else {
      this.flow.try(call, nowMs);
    }
    return true;
  }

  #stop(call: Call, reason: StopReason, nowMs: number): false {
    this.#report.retryStopped(call, reason, nowMs);
    return false;
  }

  #answerLate(call: Call, attempt: number, ok: boolean, nowMs: number): void {
    const taken = ok && call.next !== "settled" && this.policy.lateAnswers === "taken";
    this.#report.lateAnswer(call, attempt, taken, nowMs);
    // First out of the line, or the place that comes free could be given to this very call.
    if (taken && call.next === "wait") this.flow.stopWaiting(call, nowMs);
    this.ended(call, nowMs);
    if (taken) this.#succeed(call, nowMs);
  }

  #succeed(call: Call, nowMs: number): void {
    if (call.next === "attempt") this.flow.endAll(call, "cancelled", nowMs);
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
    this.#report.callEnded(call, nowMs);
  }
}
