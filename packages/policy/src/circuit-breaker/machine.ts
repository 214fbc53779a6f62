/**
 * Circuit breaker: stops calling a dependency that fails, and tries it again later.
 *
 * States
 *   closed    attempts go out and are judged over a window
 *   open      nothing goes out until the open time has passed
 *   halfOpen  a few trials go out and are judged, everything else is refused; with `recovery`, good trials begin a
 *             ramp: step by step a greater share of attempts goes out, each step judged over its own window
 *   isolated  nothing goes out until somebody resets it by hand
 * Inputs: acquire, record, release, open, isolate, reset, and the time that comes with each of them.
 * Time moves it too: open -> halfOpen after the open time, halfOpen -> open when trials are overdue, along the ramp to
 * closed; with `hanging`, attempts out for too long count as failed. All of it at its due moment, however late it is told.
 *
 * Invariants
 *   1. Between two transitions to closed, no more than `trials` permits are out or judged per half-open round.
 *   2. A result whose permit is from before the latest transition changes nothing; the steps of a ramp are one phase.
 *   3. An attempt counts at most once, and in a step of the ramp no more than share x asked + 1 attempts go out.
 */
import {
  type Breaker,
  type CircuitFact,
  type CircuitListener,
  type CircuitState,
  NO_PERMIT,
  percent,
  type Refusal,
} from "../breaker.ts";
import { formatDuration } from "../options/duration.ts";
import { AttemptsOut } from "./hanging.ts";
import { reasonToOpen } from "./judge.ts";
import { Ramp } from "./ramp.ts";
import type { ResolvedCircuitBreaker } from "./resolved.ts";
import { Trials } from "./trials.ts";
import { type CallWindow, makeWindow } from "./windows.ts";

const NEVER = Number.POSITIVE_INFINITY;
export class CircuitBreaker implements Breaker {
  state: CircuitState = "closed";
  wakeAtMs: number = NEVER;
  readonly options: ResolvedCircuitBreaker;
  readonly window: CallWindow;
  /** Openings since the circuit was last closed; the open time grows with it. */
  openings = 0;
  readonly #listener: CircuitListener | undefined;
  readonly #trials: Trials;
  readonly #ramp: Ramp;
  /** Only with `hanging`; the permits are its numbers then, and generations otherwise. */
  readonly #out: AttemptsOut | undefined;
  #generation = 0;
  /** When the state changes by itself, hanging attempts aside. */
  #dueAtMs: number = NEVER;

  constructor(options: ResolvedCircuitBreaker, listener?: CircuitListener) {
    this.options = options;
    this.#listener = listener;
    this.window = makeWindow(options.window);
    this.#trials = new Trials(options);
    this.#ramp = new Ramp(options.recovery);
    if (options.hangingMs < NEVER) this.#out = new AttemptsOut(options.hangingMs);
  }

  /** The share of attempts that go out, trials aside: 1 while closed, 0 while open or isolated. */
  get share(): number {
    return this.state === "closed" ? 1 : this.#ramp.share;
  }

  /** Where the recovery stands: the step, counted from 0, and when it ends. Undefined outside recovery. */
  get recovery(): { readonly step: number; readonly endsAtMs: number } | undefined {
    return this.#ramp.active ? { step: this.#ramp.step, endsAtMs: this.#dueAtMs } : undefined;
  }

  advance(nowMs: number): void {
    while (nowMs >= this.wakeAtMs) {
      const atMs = this.wakeAtMs;
      if (this.#out !== undefined && this.#out.dueAtMs <= atMs) this.#giveUpOldest(this.#out, atMs);
      else if (this.state === "open") {
        this.#enter("halfOpen", "circuitHalfOpened", atMs, "the open time has passed", NEVER);
      } else if (this.#ramp.active) this.#nextStep(atMs);
      else this.#open(atMs, "trials were not answered in time");
    }
  }

  admits(nowMs: number): boolean {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (this.state === "closed") return true;
    if (this.state !== "halfOpen") return false;
    return this.#ramp.active ? this.#ramp.admits() : this.#trials.room;
  }

  acquire(nowMs: number): number {
    if (!this.admits(nowMs)) return NO_PERMIT;
    if (this.#ramp.active) this.#ramp.letOut();
    else if (this.state === "halfOpen" && this.#trials.out++ === 0) {
      this.#setDue(nowMs + this.options.trialDeadlineMs);
    }
    if (this.#out === undefined) return this.#generation;
    const permit = this.#out.add(nowMs);
    this.#setDue(this.#dueAtMs);
    return permit;
  }

  record(permit: number, failed: boolean, latencyMs: number, nowMs: number): boolean {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (!this.#ends(permit)) return false;
    this.#count(failed, latencyMs > this.options.slowerThanMs, nowMs, "");
    return true;
  }

  release(permit: number, nowMs: number): void {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (!this.#ends(permit) || this.state !== "halfOpen" || this.#trials.out === 0) return;
    this.#trials.out--;
    this.#watchTrials();
  }

  refusal(nowMs: number): Refusal {
    const retryAfterMs = this.state === "open" ? Math.max(0, this.#dueAtMs - nowMs) : undefined;
    if (retryAfterMs !== undefined) return { reason: "circuitOpen", retryAfterMs };
    if (this.state === "isolated") return { reason: "circuitIsolated", retryAfterMs };
    const reason = this.#ramp.active ? "circuitRecovering" : "trialsUnderWay";
    return { reason, retryAfterMs };
  }

  open(nowMs: number, reason: string): void {
    this.advance(nowMs);
    if (this.state === "closed" || this.recovery !== undefined) this.#open(nowMs, reason);
  }

  isolate(nowMs: number, reason = "isolated by hand"): void {
    this.advance(nowMs);
    this.#enter("isolated", "circuitIsolated", nowMs, reason, NEVER);
  }

  reset(nowMs: number, reason = "reset by hand"): void {
    this.advance(nowMs);
    this.#close(nowMs, reason);
  }

  /** Puts an exported state in force, which state.ts has checked. A step makes it a recovering one. */
  restore(state: CircuitState, openings: number, dueAtMs: number, step = -1): void {
    this.state = state;
    this.openings = openings;
    this.#forget(dueAtMs);
    this.#ramp.begin(step);
  }

  /** Whether the attempt was still out, as far as this breaker is concerned; it is not any more. */
  #ends(permit: number): boolean {
    if (this.#out === undefined) return permit === this.#generation;
    const ends = this.#out.end(permit);
    this.#setDue(this.#dueAtMs);
    return ends;
  }

  #giveUpOldest(out: AttemptsOut, atMs: number): void {
    const { hangingMs, slowerThanMs } = this.options;
    out.giveUpOldest();
    this.#setDue(this.#dueAtMs);
    const note = `; the latest has been out for ${formatDuration(hangingMs)}`;
    this.#count(true, hangingMs > slowerThanMs, atMs, note);
  }

  /** An attempt failed or not: judged over the window, or as a trial. A permit recorded twice is no second trial. */
  #count(failed: boolean, slow: boolean, nowMs: number, note: string): void {
    if (this.state === "closed" || this.#ramp.active) {
      this.window.add(failed, slow, nowMs);
      if (this.window.failures + this.window.slow > 0) this.#judge(nowMs, note);
    } else if (this.#trials.out > 0) this.#countTrial(failed, slow, nowMs, note);
  }

  #judge(nowMs: number, note: string): void {
    const reason = reasonToOpen(this.window, this.options, this.#ramp.active);
    if (reason !== undefined) this.#open(nowMs, reason + note);
  }

  #countTrial(failed: boolean, slow: boolean, nowMs: number, note: string): void {
    const decision = this.#trials.judge(failed, slow);
    this.#watchTrials();
    if (decision?.verdict === "bad") this.#open(nowMs, decision.reason + note);
    else if (decision?.verdict === "good") this.#recover(nowMs, decision.reason);
  }

  /** Without a trial under way nothing can be overdue, however rarely somebody calls. */
  #watchTrials(): void {
    if (this.#trials.out === 0) this.#setDue(NEVER);
  }

  #open(atMs: number, reason: string): void {
    const { openForMs, openFactor, openCapMs } = this.options;
    const openMs = Math.min(openCapMs, openForMs * openFactor ** this.openings++);
    this.#enter("open", "circuitOpened", atMs, reason, atMs + openMs);
  }

  #recover(atMs: number, reason: string): void {
    if (this.options.recovery === undefined) this.#close(atMs, reason);
    else {
      this.#forget(NEVER);
      this.#beginStep(0, atMs, reason);
    }
  }

  #nextStep(atMs: number): void {
    const step = this.#ramp.step + 1;
    const reason = `the step of ${percent(this.#ramp.share)} has passed`;
    if (step === this.options.recovery?.steps.length) this.#close(atMs, reason);
    else this.#beginStep(step, atMs, reason);
  }

  /** Attempts of the step before stay valid: a ramp is one phase, and a slow answer is evidence too. */
  #beginStep(step: number, atMs: number, reason: string): void {
    this.window.clear();
    this.#ramp.begin(step);
    this.#setDue(atMs + (this.options.recovery?.stepForMs ?? NEVER));
    const { share } = this.#ramp;
    this.#listener?.({ type: "circuitRamped", atMs, from: "halfOpen", reason, share });
  }

  #close(atMs: number, reason: string): void {
    this.openings = 0;
    this.#enter("closed", "circuitClosed", atMs, reason, NEVER);
  }

  #enter(
    state: CircuitState,
    type: CircuitFact["type"],
    atMs: number,
    reason: string,
    dueAtMs: number,
  ): void {
    const from = this.state;
    this.state = state;
    this.#forget(dueAtMs);
    this.#listener?.({ type, atMs, from, reason });
  }

  /** What was before decides nothing any more. */
  #forget(dueAtMs: number): void {
    this.#generation++;
    this.window.clear();
    this.#trials.clear();
    this.#ramp.end();
    this.#out?.clear();
    this.#setDue(dueAtMs);
  }

  #setDue(atMs: number): void {
    this.#dueAtMs = atMs;
    this.wakeAtMs = this.#out === undefined ? atMs : Math.min(atMs, this.#out.dueAtMs);
  }
}
