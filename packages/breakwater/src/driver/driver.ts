/**
 * The driver: runs the call engine on real time for an asynchronous function. The engine decides; the driver tells
 * it what happened and when, starts the attempts that it wants, keeps the one timer that it asks for, and hands the
 * call's end to the caller.
 *
 * Invariants
 *   1. The promise of a call is settled exactly once, and then holds no timer and no place on a caller's signal.
 *   2. However an attempt ends, and however late, nothing it does is an unhandled rejection.
 *   3. Nothing here throws: what goes wrong in a caller's function is an answer.
 */
import {
  CallEngine,
  type EngineSettings,
  type FallbackOptions,
  isOut,
  type ResolvedPolicy,
} from "@breakwater/policy";
import type { Clock } from "../clock/clock.ts";
import { callEndedError } from "../errors.ts";
import type { RunOptions } from "../types.ts";
import { type Attempt, OrdinaryAttempt } from "./attempt.ts";
import { CallerSignals } from "./caller-signals.ts";
import { deliver, end } from "./deliver.ts";
import { abortAttempts, giveUp, giveUpOverdue, noteMissedDeadline } from "./give-up.ts";
import type { QuickCalls } from "./quick-calls.ts";
import { type CallFunction, engineOf, RunningCall } from "./running-call.ts";
import { isOverloaded, serverDelayOf } from "./server-delay.ts";
import { type Timers, timersOf } from "./timers.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** As `await` does it: whatever somebody has put into a promise's place for `then`. */
const { then } = Promise.prototype;

/** Makes the short way through a driver; none for policies whose calls cannot take it. */
export interface FastPath {
  readonly make: (
    driver: Driver,
    signals: CallerSignals,
    timers: Timers,
    fallback: FallbackOptions | undefined,
  ) => QuickCalls | undefined;
}

export interface DriverSettings extends EngineSettings {
  /** Without it every call goes the ordinary way, which is slower. */
  readonly fastPath?: FastPath | undefined;
}

export class Driver {
  readonly engine: CallEngine;
  readonly clock: Clock;
  readonly #fallback: FallbackOptions | undefined;
  readonly #signals = new CallerSignals();
  readonly #takesLateAnswers: boolean;
  readonly #hedges: boolean;
  readonly #hasBulkhead: boolean;
  readonly #timers: Timers;
  readonly #quickCalls: QuickCalls | undefined;
  #resolve: RunningCall["resolve"] = undefined;
  #reject: RunningCall["reject"] = undefined;
  /** Calls so far, those of drivers that this one follows included. */
  calls: number;

  constructor(
    policy: ResolvedPolicy,
    fallback: FallbackOptions | undefined,
    clock: Clock,
    settings: DriverSettings,
    calls = 0,
  ) {
    this.engine = new CallEngine(policy, { ...settings, engineOf });
    this.calls = calls;
    this.#fallback = fallback;
    this.clock = clock;
    this.#takesLateAnswers = policy.lateAnswers === "taken";
    this.#hedges = policy.hedge !== undefined;
    this.#hasBulkhead = this.engine.admission.bulkhead !== undefined;
    this.#timers = timersOf(clock);
    this.#quickCalls = settings.fastPath?.make(this, this.#signals, this.#timers, fallback);
  }

  run(run: CallFunction, asResult: boolean, options: RunOptions | undefined): Promise<unknown> {
    const quick = this.#quickCalls?.start(run, asResult, options);
    if (quick !== undefined) return quick;
    const call = new RunningCall(++this.calls, this, run, asResult);
    if (options === undefined) return this.#start(call);
    const { priority, attempts, signal, deadlineAtMs } = options;
    if (priority !== undefined) call.priority = priority;
    if (attempts !== undefined) call.maxTries = attempts;
    return this.#start(call, signal, deadlineAtMs);
  }

  #start(call: RunningCall, signal?: AbortSignal, latestMs = NEVER): Promise<unknown> {
    const nowMs = this.clock.now();
    if (signal?.aborted) {
      call.error = signal.reason;
      this.engine.cancel(call, nowMs);
    } else {
      if (signal !== undefined) call.membership = this.#signals.join(signal, call);
      this.engine.start(call, nowMs, latestMs);
      noteMissedDeadline(this.engine.policy, call);
    }
    return this.own(call);
  }

  /** Notes the functions of the promise that is being made: one closure for all calls instead of one for each. */
  readonly #takeSettlers = (
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) => {
    this.#resolve = resolve;
    this.#reject = reject;
  };

  /** Gives the call a promise of its own, and goes on with it. */
  own(call: RunningCall): Promise<unknown> {
    const promise = new Promise(this.#takeSettlers);
    call.resolve = this.#resolve;
    call.reject = this.#reject;
    this.#follow(call);
    call.starting = false;
    return promise;
  }

  /** The call's timer rang. */
  wake(call: RunningCall): void {
    const nowMs = this.clock.now();
    if (nowMs < call.wakeAtMs) {
      this.#setTimer(call);
      return;
    }
    const overdue = call.next === "attempt" ? call.current : undefined;
    this.engine.wake(call, nowMs);
    if (overdue === undefined) noteMissedDeadline(this.engine.policy, call);
    else if (this.#hedges) giveUpOverdue(this.engine.policy, call, nowMs);
    else giveUp(this.engine.policy, call, overdue, nowMs);
    this.#follow(call);
  }

  /** The caller has left. */
  cancel(call: RunningCall, reason: unknown): void {
    if (call.delivered) return;
    call.error = reason;
    if (call.settled) {
      // Only the fallback was still awaited.
      call.outcome = "cancelled";
      call.cause = undefined;
      end(call);
      return;
    }
    this.engine.cancel(call, this.clock.now());
    abortAttempts(call, reason);
    this.#follow(call);
  }

  #follow(call: RunningCall): void {
    this.#followOne(call);
    this.followResumed();
  }

  /** Calls that waited for a place, and were let in or refused by what happened to another. */
  followResumed(): void {
    if (!this.#hasBulkhead) return;
    const { engine } = this;
    for (let next = engine.takeResumed(); next !== undefined; next = engine.takeResumed()) {
      (next as RunningCall).driver.#followOne(next as RunningCall);
    }
  }

  /** Does what the engine says, until there is something to wait for. A function may answer, or end, at once. */
  #followOne(call: RunningCall): void {
    while (call.next !== "settled") {
      this.#setTimer(call);
      if (call.next === "wait" || call.current?.attempt === call.attempt) return;
      this.#attempt(call);
    }
    if (call.settled) return;
    call.settled = true;
    this.#timers.drop(call);
    if (this.#takesLateAnswers || this.#hedges) {
      abortAttempts(call, callEndedError(this.engine.policy.name));
    }
    deliver(this.engine, this.#fallback, call);
  }

  #attempt(call: RunningCall): void {
    const earlier = this.#takesLateAnswers || this.#hedges ? call.current : undefined;
    const attempt = new OrdinaryAttempt(call.attempt, call.deadlineAtMs, earlier);
    call.current = attempt;
    try {
      // Also gives a value that is no promise, and a promise that is not the platform's, the form of one that is.
      then.call(
        Promise.resolve(call.run(attempt)),
        (value) => this.answer(call, attempt, true, value),
        (error) => this.answer(call, attempt, false, error),
      );
    } catch (error) {
      this.tellAnswer(call, attempt, false, error);
    }
  }

  answer(call: RunningCall, attempt: Attempt, ok: boolean, result: unknown): void {
    if (attempt.answered) return;
    if (this.tellAnswer(call, attempt, ok, result)) this.#follow(call);
    else this.followResumed();
  }

  /** Returns whether anything has changed: mostly yes, but not when the answer came late and was ignored. */
  tellAnswer(call: RunningCall, attempt: Attempt, ok: boolean, result: unknown): boolean {
    attempt.answered = true;
    const quick = ok ? this.#quickCalls : undefined;
    const nowMs = quick === undefined ? this.clock.now() : quick.goodEndMs();
    const late = !isOut(call, attempt.attempt);
    const settledBefore = call.settled;
    if (!settledBefore) {
      if (ok) call.value = result;
      else if (!late) call.error = result;
    }
    const { attempt: number } = attempt;
    if (ok) this.engine.finish(call, number, ok, nowMs);
    else this.engine.finish(call, number, ok, nowMs, serverDelayOf(result), isOverloaded(result));
    return !settledBefore && (!late || call.next === "settled");
  }

  /** Set before the attempt begins: an answer that comes in the very moment of its timeout is too late. */
  #setTimer(call: RunningCall): void {
    if (call.ringsAtMs === call.wakeAtMs) return;
    this.#timers.drop(call);
    if (call.wakeAtMs < NEVER) this.#timers.set(call, call.wakeAtMs);
  }
}
