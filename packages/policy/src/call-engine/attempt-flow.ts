/**
 * The attempts of calls on their way: let out through admission, or made to wait; timed out, answered or given up;
 * and, where a policy hedges, one more beside a slow one. What becomes of a call whose attempts have failed or were
 * refused is decided by the call engine.
 *
 * Invariants
 *   1. Every attempt that was let out is ended exactly once.
 *   2. A place that comes free goes to whoever waits for it, in order, and to nobody whose time is up.
 */
import type { CircuitListener } from "../breaker.ts";
import { fitsDeadline } from "../deadline/machine.ts";
import type { Hedger } from "../hedge/machine.ts";
import type { ResolvedPolicy } from "../policy/resolved.ts";
import type { RetryBudget } from "../retry-budget/machine.ts";
import { attemptEndsAtMs } from "../timeout/machine.ts";
import { Admission, type Admitted, type AttemptOutcome } from "./admission.ts";
import { takeAny, takeDue } from "./attempts.ts";
import type { AttemptState, Call } from "./call.ts";
import type { EngineSettings } from "./engine.ts";
import type { AttemptRefusal } from "./facts.ts";
import type { HedgeMaker } from "./parts.ts";
import type { Reporter } from "./reporter.ts";

/** Decides about calls whose attempts cannot go out. */
export interface CallDecisions {
  refused(call: Call, refusal: AttemptRefusal, nowMs: number): void;
  /** The call's deadline passed while it waited. */
  timeUp(call: Call, nowMs: number): void;
}

export class AttemptFlow {
  readonly admission: Admission;
  readonly timeoutMs: number;
  readonly report: Reporter;
  readonly budget: RetryBudget | undefined;
  readonly hedger: Hedger | undefined;
  readonly #goOn: HedgeMaker["goOn"] | undefined;
  readonly #calls: CallDecisions;
  readonly #engineOf: EngineSettings["engineOf"];
  /** Calls that a step for another call has set going, or ended. */
  readonly resumed: Call[];
  /** Those who lost their place in the line in the current step. */
  readonly #displacedCalls: Call[] = [];

  constructor(
    policy: ResolvedPolicy,
    { parts, random, resumed, engineOf }: EngineSettings,
    onCircuit: CircuitListener,
    report: Reporter,
    budget: RetryBudget | undefined,
    calls: CallDecisions,
  ) {
    const displaced = (call: Call) => this.#displacedCalls.push(call);
    this.admission = new Admission(policy, parts, random, onCircuit, displaced);
    this.timeoutMs = policy.timeoutMs;
    this.report = report;
    this.budget = budget;
    this.hedger = policy.hedge && parts.hedge?.make(policy.hedge);
    this.#goOn = policy.hedge && parts.hedge?.goOn;
    this.#calls = calls;
    this.#engineOf = engineOf;
    this.resumed = resumed ?? [];
  }

  /** A given-up attempt of this call has really ended: it holds its place no longer. */
  ended(call: Call, nowMs: number): void {
    if (call.heldPlaces === 0) return;
    call.heldPlaces--;
    this.#freePlace(nowMs);
  }

  takeResumed(): Call | undefined {
    return this.resumed.length === 0 ? undefined : this.resumed.shift();
  }

  /** Free places go to whoever waits: there may be some, and somebody, when the limit was raised. */
  fillPlaces(nowMs: number): void {
    this.#hand(this.admission.bulkhead?.admitNext(), nowMs);
  }

  /** Who decides about a call that got a place, or lost one: perhaps an engine that shares the places with this one. */
  #flowOf(call: Call): AttemptFlow {
    return this.#engineOf?.(call).flow ?? this;
  }

  /** Gives up the attempts whose timeout has passed. */
  endDue(call: Call, nowMs: number): void {
    const timeoutMs = this.timeoutMs;
    let due = takeDue(call, timeoutMs, nowMs);
    while (due !== undefined) {
      this.end(call, due, "timedOut", nowMs);
      due = takeDue(call, timeoutMs, nowMs);
    }
  }

  /** The call leaves whatever line it stands in: nothing will be sent for it. */
  stopWaiting(call: Call, nowMs: number): void {
    this.admission.stopWaiting(call);
    this.admission.notSent(call, nowMs);
  }

  /** What a call waited for has come, or its time is up. */
  waited(call: Call, nowMs: number): void {
    const { waitsFor } = call;
    if (waitsFor === "place") {
      this.admission.stopWaiting(call);
      this.#waitedInVain(call, nowMs);
    } else if (!fitsDeadline(nowMs, call.deadlineAtMs)) {
      // Woken late, there is no time left, though there was when the wait was planned.
      this.stopWaiting(call, nowMs);
      this.#calls.timeUp(call, nowMs);
    } else if (waitsFor === "backoff") {
      this.try(call, nowMs);
    } else {
      this.#admit(call, this.admission.turnCame(call, nowMs), nowMs);
      this.#dropDisplaced(nowMs);
    }
  }

  /** A call wants an attempt out: now, after a wait, or it is refused. */
  try(call: Call, nowMs: number): void {
    call.tries++;
    this.#admit(call, this.admission.ask(call, nowMs), nowMs);
    this.#dropDisplaced(nowMs);
  }

  /** Those who had to leave the line in this step for somebody more important. */
  #dropDisplaced(nowMs: number): void {
    if (this.#displacedCalls.length === 0) return;
    for (const displaced of this.#displacedCalls.splice(0)) {
      const refusal = { reason: "displaced", retryAfterMs: undefined } as const;
      this.#flowOf(displaced).#admit(displaced, refusal, nowMs);
      this.resumed.push(displaced);
    }
  }

  #admit(call: Call, admitted: Admitted, nowMs: number): void {
    if (admitted === "goes") {
      this.send(call, nowMs);
    } else if (admitted === "waits") {
      this.report.attemptQueued(call, nowMs);
    } else {
      this.admission.notSent(call, nowMs);
      this.#calls.refused(call, admitted, nowMs);
    }
  }

  /** A place is free, perhaps several: it goes to whoever waits, unless its time is up or the circuit has opened; then to the next. */
  #freePlace(nowMs: number): void {
    this.#hand(this.admission.bulkhead?.release(), nowMs);
  }

  #hand(first: Call | undefined, nowMs: number): void {
    const { bulkhead } = this.admission;
    for (let next = first; next !== undefined; ) {
      this.resumed.push(next);
      const goes = this.#flowOf(next).#letIn(next, nowMs);
      next = goes ? bulkhead?.admitNext() : bulkhead?.release();
    }
  }

  /** Whether the place that a waiting call was given is used. */
  #letIn(call: Call, nowMs: number): boolean {
    if (nowMs >= call.wakeAtMs) {
      this.#waitedInVain(call, nowMs);
      return false;
    }
    const admitted = this.admission.takePermit(call, nowMs);
    this.#admit(call, admitted, nowMs);
    return admitted === "goes";
  }

  /** No place has come free for it in time. */
  #waitedInVain(call: Call, nowMs: number): void {
    if (fitsDeadline(nowMs, call.deadlineAtMs)) {
      this.#admit(call, { reason: "waitedTooLong", retryAfterMs: undefined }, nowMs);
    } else {
      this.admission.notSent(call, nowMs);
      this.#calls.timeUp(call, nowMs);
    }
  }

  send(call: Call, nowMs: number): void {
    if (call.attempt++ === 0) call.firstAttemptAtMs = nowMs;
    call.attemptStartedAtMs = nowMs;
    call.latestOut = true;
    call.next = "attempt";
    call.wakeAtMs = attemptEndsAtMs(nowMs, this.timeoutMs, call.deadlineAtMs);
    this.hedger?.attemptSent(call, nowMs);
    this.report.attemptStarted(call, nowMs);
  }

  /** Gives up every attempt that is out. */
  endAll(call: Call, outcome: AttemptOutcome, nowMs: number): void {
    for (let state = takeAny(call); state !== undefined; state = takeAny(call)) {
      this.end(call, state, outcome, nowMs);
    }
  }

  /** An attempt, already taken out of those that are out, has ended. */
  end(
    call: Call,
    state: AttemptState,
    outcome: AttemptOutcome,
    nowMs: number,
    overloaded = false,
  ): void {
    if (outcome === "ok") this.hedger?.answered(nowMs - call.firstAttemptAtMs);
    this.report.attemptEnded(call, state, outcome, nowMs, overloaded);
    const decision = this.admission.conclude(call, state, outcome, overloaded, nowMs);
    if (decision !== undefined) this.report.limitDecided(call, decision, nowMs);
    if (this.admission.bulkhead === undefined) return;
    // An attempt that was given up may go on: its place is free when it has ended.
    if (outcome === "ok" || outcome === "failed") this.#freePlace(nowMs);
    else call.heldPlaces++;
  }

  /** Whether a hedged call still has an attempt out after one has ended, or sends another now. */
  goOn(call: Call, nowMs: number): boolean {
    return this.#goOn?.(this, call, nowMs) ?? false;
  }
}
