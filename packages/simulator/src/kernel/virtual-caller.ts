/**
 * The simulator's shell around the call engine: runs calls in virtual time. It does what the engine says (send an
 * attempt, give one up, wait) and tells the engine what happened and when. It decides nothing.
 */
import {
  Call,
  type CallEngine,
  type CircuitState,
  isOut,
  NO_SERVER_DELAY,
} from "@breakwater/policy";
import { Alarm, type KernelEvent } from "./event-queue.ts";
import type { Kernel } from "./kernel.ts";
import { type Timed, TimeoutLine } from "./timeout-line.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What calls are made to. */
export interface CallTarget<C extends VirtualCall> {
  /** Attempt number `call.attempt` goes out. Must not answer before it returns. */
  send(call: C): void;
  /**
   * Nobody waits for this attempt any more. Returns whether it has ended with that (its connection is closed);
   * otherwise it ends with its late answer, and holds its place in a bulkhead until then.
   */
  giveUp(call: C, attempt: number): boolean;
  /** `call.outcome` stands. */
  settled(call: C): void;
}

/** A policy's engine in virtual time, woken when its circuit breaker changes by itself. */
export class VirtualEngine implements KernelEvent {
  /** Timeouts of calls under way. */
  readonly timeouts: TimeoutLine;
  readonly #alarm = new Alarm(this);
  engine: CallEngine;
  readonly #kernel: Kernel;
  #wakeAtMs: number = NEVER;

  constructor(kernel: Kernel, engine: CallEngine) {
    this.#kernel = kernel;
    this.engine = engine;
    this.timeouts = new TimeoutLine(kernel);
  }

  get circuit(): CircuitState | undefined {
    return this.engine.breaker?.state;
  }

  fire(nowMs: number): void {
    this.#wakeAtMs = NEVER;
    this.engine.breaker?.advance(nowMs);
    this.watch();
  }

  /** Goes on with another engine, for calls that begin from now on; none of the old one may be under way. */
  replace(engine: CallEngine): void {
    this.engine = engine;
    this.watch();
  }

  /** Keeps the wake-up in step with the breaker; to be called after each step of the engine. */
  watch(): void {
    const { breaker } = this.engine;
    if (breaker === undefined || breaker.wakeAtMs === this.#wakeAtMs) return;
    this.#kernel.cancel(this.#alarm);
    this.#wakeAtMs = breaker.wakeAtMs;
    if (this.#wakeAtMs < NEVER) this.#kernel.at(this.#wakeAtMs, this.#alarm);
  }
}

export class VirtualCall extends Call implements KernelEvent, Timed {
  /** Made when it is first needed: most calls wait for nothing but their timeout. */
  #alarm: Alarm | undefined = undefined;
  timerTurn = 0;
  isInLine = false;
  dueBefore: VirtualCall | undefined = undefined;
  dueBehind: VirtualCall | undefined = undefined;
  readonly virtual: VirtualEngine;
  /** The latest attempt that was sent. */
  sent = 0;
  /** Whether it was neither answered nor given up. */
  out = false;
  /** Earlier attempts that were neither, beside it: hedged calls only. */
  outBefore: number[] | undefined = undefined;
  /** The target has been told so. */
  settled = false;
  readonly #caller: VirtualCaller<VirtualCall>;
  timerAtMs: number = NEVER;

  constructor(id: number, virtual: VirtualEngine, caller: VirtualCaller<never>) {
    super(id);
    this.virtual = virtual;
    this.#caller = caller as unknown as VirtualCaller<VirtualCall>;
  }

  fire(nowMs: number): void {
    this.timerAtMs = NEVER;
    this.#caller.wake(this, nowMs);
  }

  /** Sees to it that it is woken at `wakeAtMs`, and not when it should have been before. */
  setTimer(kernel: Kernel): void {
    const { timeouts } = this.virtual;
    if (this.isInLine) timeouts.leave(this);
    else if (this.#alarm !== undefined) kernel.cancel(this.#alarm);
    this.timerAtMs = this.wakeAtMs;
    if (this.wakeAtMs === NEVER) return;
    if (this.next === "attempt" && timeouts.takes(this.wakeAtMs)) {
      timeouts.join(this);
      return;
    }
    this.#alarm ??= new Alarm(this);
    kernel.at(this.wakeAtMs, this.#alarm);
  }
}

export class VirtualCaller<C extends VirtualCall> {
  readonly #kernel: Kernel;
  readonly #target: CallTarget<C>;

  constructor(kernel: Kernel, target: CallTarget<C>) {
    this.#kernel = kernel;
    this.#target = target;
  }

  /** @param latestMs a deadline that the caller has already promised to somebody */
  start(call: C, latestMs: number = NEVER): void {
    call.virtual.engine.start(call, this.#kernel.nowMs, latestMs);
    this.#follow(call);
  }

  /**
   * @param serverDelayMs what the server asked for, or NO_SERVER_DELAY
   * @param overloaded it failed because the server has too much to do
   */
  answer(
    call: C,
    attempt: number,
    ok: boolean,
    serverDelayMs: number = NO_SERVER_DELAY,
    overloaded = false,
  ): void {
    if (attempt === call.sent) call.out = false;
    else if (call.outBefore !== undefined) call.outBefore = without(call.outBefore, attempt);
    const settledBefore = call.next === "settled";
    const { nowMs } = this.#kernel;
    call.virtual.engine.finish(call, attempt, ok, nowMs, serverDelayMs, overloaded);
    if (settledBefore) this.#followResumed(call.virtual.engine);
    else this.#follow(call);
  }

  wake(call: C, nowMs: number): void {
    if (call.next === "settled") return;
    call.virtual.engine.wake(call, nowMs);
    this.#follow(call);
  }

  cancel(call: C): void {
    if (call.next === "settled") return;
    call.virtual.engine.cancel(call, this.#kernel.nowMs);
    this.#follow(call);
  }

  #follow(call: C): void {
    call.virtual.watch();
    const { next } = call;
    for (let given = takeGivenUp(call); given !== 0; given = takeGivenUp(call)) {
      if (this.#target.giveUp(call, given)) call.virtual.engine.ended(call, this.#kernel.nowMs);
      // That may come back to this very call: it was cancelled, or the place that came free is its own again.
      if (call.next !== next) {
        this.#followResumed(call.virtual.engine);
        return;
      }
    }
    this.#setTimer(call);
    if (next === "attempt" && call.sent !== call.attempt) {
      if (call.out) call.outBefore = [...(call.outBefore ?? []), call.sent];
      call.sent = call.attempt;
      call.out = true;
      this.#target.send(call);
    } else if (call.next === "settled" && !call.settled) {
      call.settled = true;
      this.#target.settled(call);
    }
    this.#followResumed(call.virtual.engine);
  }

  /** Calls that waited for a place and were let in, or refused, by what happened to another. */
  #followResumed(engine: CallEngine): void {
    for (let call = engine.takeResumed(); call !== undefined; call = engine.takeResumed()) {
      this.#follow(call as C);
    }
  }

  #setTimer(call: C): void {
    if (call.timerAtMs !== call.wakeAtMs) call.setTimer(this.#kernel);
  }
}

/** Takes out an attempt that the engine does not wait for any more; 0 when there is none. */
function takeGivenUp(call: VirtualCall): number {
  const earlier = call.outBefore?.find((attempt) => !isOut(call, attempt));
  if (earlier !== undefined) {
    call.outBefore = without(call.outBefore as number[], earlier);
    return earlier;
  }
  if (!call.out || isOut(call, call.sent)) return 0;
  call.out = false;
  return call.sent;
}

function without(attempts: readonly number[], attempt: number): number[] {
  return attempts.filter((each) => each !== attempt);
}
