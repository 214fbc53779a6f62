/**
 * The short way through the driver: calls whose first attempt is let out at once, and those that an open circuit
 * refuses. As long as a good answer is all that happens, such a call is one QuickCall, without the engine's steps.
 * Whatever else happens makes a RunningCall of it, which goes on the ordinary way from the same state.
 *
 * Invariants
 *   1. A caller cannot tell which way a call went, but by its speed.
 *   2. What the engine admitted here ends in exactly one of: a good answer told to it, or a RunningCall.
 */
import {
  AtOnce,
  type AttemptRefusal,
  type FallbackOptions,
  mayGoAtOnce,
  NOT_AT_ONCE,
} from "@breakwater/policy";
import type { RunOptions } from "../types.ts";
import { BorrowingCall } from "./borrowing-call.ts";
import type { CallerSignals } from "./caller-signals.ts";
import { answerResult, endBorrowed, failureResult } from "./deliver.ts";
import type { Driver, FastPath } from "./driver.ts";
import { QuickCall } from "./quick-call.ts";
import { Refusals } from "./refusals.ts";
import { type CallFunction, RunningCall } from "./running-call.ts";
import { TimeUse } from "./time-use.ts";
import type { Timers } from "./timers.ts";

const NEVER = Number.POSITIVE_INFINITY;

export class QuickCalls {
  readonly #driver: Driver;
  readonly #atOnce: AtOnce;
  readonly #signals: CallerSignals;
  readonly #timeUse: TimeUse;
  readonly #timers: Timers;
  readonly #refusals: Refusals;
  readonly #fallback: FallbackOptions | undefined;
  readonly #deadlineMs: number;
  /** After so long an attempt is given up, or the call is over. */
  readonly #limitMs: number;

  constructor(
    driver: Driver,
    signals: CallerSignals,
    timers: Timers,
    fallback: FallbackOptions | undefined,
  ) {
    const { engine, clock } = driver;
    const { policy } = engine;
    this.#driver = driver;
    this.#atOnce = new AtOnce(engine);
    this.#signals = signals;
    this.#timeUse = new TimeUse(engine, clock);
    this.#timers = timers;
    this.#refusals = new Refusals(policy.name);
    this.#fallback = fallback;
    this.#deadlineMs = policy.deadlineMs;
    this.#limitMs = Math.min(policy.timeoutMs, policy.deadlineMs);
  }

  /** Undefined, and nothing has changed: the call has to go the ordinary way. */
  start(
    run: CallFunction,
    asResult: boolean,
    options: RunOptions | undefined,
  ): Promise<unknown> | undefined {
    if (options !== undefined && !isSimple(options)) return undefined;
    const nowMs = this.#timeUse.startMs();
    const permit = this.#atOnce.admit(nowMs);
    if (permit === NOT_AT_ONCE) return this.#refuse(run, asResult, nowMs);
    const id = ++this.#driver.calls;
    const signal = options?.signal;
    if (signal === undefined && this.#limitMs === NEVER) {
      return this.#borrow(new BorrowingCall(run, asResult, options, id, permit, nowMs));
    }
    const call = new QuickCall(this, run, asResult, options, id, permit, nowMs);
    if (signal !== undefined) call.membership = this.#signals.join(signal, call);
    return this.#own(call);
  }

  /** When an attempt was answered well. */
  goodEndMs(): number {
    return this.#timeUse.goodEndMs();
  }

  deadlineOf({ startedAtMs }: QuickCall): number | undefined {
    return this.#deadlineMs === NEVER ? undefined : startedAtMs + this.#deadlineMs;
  }

  /** The time of the attempt, or of the call, is up. */
  wake(call: QuickCall): void {
    this.#driver.wake(this.#goOn(call));
  }

  cancel(call: QuickCall, reason: unknown): void {
    this.#driver.cancel(this.#goOn(call), reason);
  }

  /** The timer is set before the attempt begins: an answer in the very moment of its timeout is too late. */
  #own(call: QuickCall): Promise<unknown> {
    const promise = new Promise((resolve, reject) => {
      call.resolve = resolve;
      call.reject = reject;
    });
    if (this.#limitMs < NEVER) this.#timers.set(call, call.startedAtMs + this.#limitMs);
    let answer: Promise<unknown>;
    try {
      answer = promiseOf(call.run(call));
    } catch (error) {
      const running = this.#goOn(call);
      running.starting = true;
      this.#driver.answer(running, call, false, error);
      running.starting = false;
      return promise;
    }
    answer.then(
      (value) => this.#answered(call, value),
      (error) => this.#tell(call, false, error),
    );
    return promise;
  }

  #answered(call: QuickCall, value: unknown): void {
    if (call.running !== undefined || !this.#atOnce.silent) {
      this.#tell(call, true, value);
      return;
    }
    this.#atOnce.succeed(call.permit, call.startedAtMs, this.#timeUse.silentEndMs());
    this.#timers.drop(call);
    if (call.membership !== undefined) call.membership.leave();
    call.resolve?.(call.asResult ? answerResult("ok", value, 1, undefined) : value);
  }

  #tell(call: QuickCall, ok: boolean, result: unknown): void {
    this.#driver.answer(this.#goOn(call), call, ok, result);
  }

  /**
   * Where nothing but its answer can end the attempt, the call needs no promise of its own: what becomes of the
   * attempt's promise is the call's.
   */
  #borrow(call: BorrowingCall): Promise<unknown> {
    let answer: Promise<unknown>;
    try {
      answer = promiseOf(call.run(call));
    } catch (error) {
      const running = this.#runningFrom(call);
      this.#driver.tellAnswer(running, call, false, error);
      return this.#driver.own(running);
    }
    return answer.then(
      (value) => this.#passOn(call, value),
      (error) => this.#settle(call, false, error),
    );
  }

  #passOn(call: BorrowingCall, value: unknown): unknown {
    if (!this.#atOnce.silent) return this.#settle(call, true, value);
    this.#atOnce.succeed(call.permit, call.startedAtMs, this.#timeUse.silentEndMs());
    return call.asResult ? answerResult("ok", value, 1, undefined) : value;
  }

  /** What this returns, or throws, becomes of the call's promise. */
  #settle(call: BorrowingCall, ok: boolean, result: unknown): unknown {
    const running = this.#runningFrom(call);
    this.#driver.tellAnswer(running, call, ok, result);
    const { outcome } = running;
    const plain = outcome === "ok" || (outcome === "failed" && call.run.standIn === undefined);
    if (running.next !== "settled" || !plain) return this.#driver.own(running);
    running.settled = true;
    this.#driver.followResumed();
    return endBorrowed(running);
  }

  /** The ordinary call that this one would be by now. */
  #goOn(call: QuickCall): RunningCall {
    if (call.running !== undefined) return call.running;
    const running = this.#runningFrom(call);
    running.membership = call.membership;
    running.resolve = call.resolve;
    running.reject = call.reject;
    running.starting = false;
    this.#timers.replace(call, running);
    call.running = running;
    return running;
  }

  #runningFrom(call: QuickCall | BorrowingCall): RunningCall {
    const running = new RunningCall(call.id, this.#driver, call.run, call.asResult);
    this.#atOnce.adopt(running, call.permit, call.startedAtMs);
    running.priority = call.options?.priority ?? 0;
    running.maxTries = call.options?.attempts ?? NEVER;
    running.current = call;
    return running;
  }

  #refuse(run: CallFunction, asResult: boolean, nowMs: number): Promise<unknown> | undefined {
    const fallback = this.#fallback;
    if (run.standIn !== undefined || typeof fallback === "function") return undefined;
    const refusal = this.#atOnce.refuse(nowMs);
    if (refusal === undefined) return undefined;
    this.#driver.calls++;
    if (fallback !== undefined) return this.#standIn(fallback.value, asResult);
    return this.#end(refusal, asResult);
  }

  #standIn(value: unknown, asResult: boolean): Promise<unknown> {
    return Promise.resolve(asResult ? answerResult("fallback", value, 0, "shortCircuited") : value);
  }

  #end(refusal: AttemptRefusal, asResult: boolean): Promise<unknown> {
    if (!asResult) return this.#refusals.rejection(refusal);
    const error = this.#refusals.error(refusal);
    return Promise.resolve(failureResult("shortCircuited", error, 0, "shortCircuited"));
  }
}

/** Whether the options ask for nothing that an attempt which goes out at once would have to know. */
function isSimple({ signal, deadlineAtMs }: RunOptions): boolean {
  return deadlineAtMs === undefined && signal?.aborted !== true;
}

/** As `await` does it: whatever somebody has put into a promise's place for `then`. */
const { then } = Promise.prototype;

/** Also gives a value that is no promise, and a promise that is not the platform's, the form of one that is. */
function promiseOf(answer: unknown): Promise<unknown> {
  const promise = Promise.resolve(answer);
  return promise.then === then ? promise : then.call(promise);
}

/** The short way, as a part: with it a call that goes well costs a third to a half. */
export const fastPath: FastPath = {
  make(driver, signals, timers, fallback) {
    if (!mayGoAtOnce(driver.engine.policy)) return undefined;
    return new QuickCalls(driver, signals, timers, fallback);
  },
};
