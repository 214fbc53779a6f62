/**
 * Circuit breaker: stops calling a dependency that fails, and tries it again later.
 *
 * States
 *   closed    attempts go out and are judged over a window
 *   open      nothing goes out until the open time has passed
 *   halfOpen  a few trials go out and are judged; everything else is refused
 *   isolated  nothing goes out until somebody resets it by hand
 *
 * Inputs: acquire, record, release, isolate, reset, and the time that comes with each of them.
 * Time moves the machine by itself twice: open -> halfOpen when the open time has passed, and halfOpen -> open when
 * the trials are overdue. Both happen at their due moment, however late the machine is told of it.
 *
 * Invariants
 *   1. Between two transitions to closed, no more than `trials` permits are out or judged per half-open round.
 *   2. A result whose permit is from before the latest transition changes nothing: neither state nor counts.
 */
import {
  type Breaker,
  type CircuitFact,
  type CircuitListener,
  type CircuitState,
  NO_PERMIT,
  plural,
  type Refusal,
  rateReason,
} from "../breaker.ts";
import type { ResolvedCircuitBreaker } from "./resolved.ts";
import { type CallWindow, ConsecutiveWindow, CountWindow, TimeWindow } from "./windows.ts";

const NEVER = Number.POSITIVE_INFINITY;

export class CircuitBreaker implements Breaker {
  state: CircuitState = "closed";
  wakeAtMs: number = NEVER;
  readonly options: ResolvedCircuitBreaker;
  readonly window: CallWindow;
  /** Openings since the circuit was last closed; the open time grows with it. */
  openings = 0;
  readonly #listener: CircuitListener | undefined;
  #generation = 0;
  #trialsOut = 0;
  #trialsJudged = 0;
  #trialsFailed = 0;
  #trialsSlow = 0;

  constructor(options: ResolvedCircuitBreaker, listener?: CircuitListener) {
    this.options = options;
    this.#listener = listener;
    this.window = makeWindow(options.window);
  }

  advance(nowMs: number): void {
    while (nowMs >= this.wakeAtMs) {
      if (this.state === "open") this.#halfOpen(this.wakeAtMs);
      else this.#open(this.wakeAtMs, "trials were not answered in time");
    }
  }

  admits(nowMs: number): boolean {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (this.state === "closed") return true;
    if (this.state !== "halfOpen") return false;
    return this.#trialsOut + this.#trialsJudged < this.options.trials;
  }

  acquire(nowMs: number): number {
    if (!this.admits(nowMs)) return NO_PERMIT;
    if (this.state === "closed") return this.#generation;
    if (this.#trialsOut++ === 0) this.wakeAtMs = nowMs + this.options.trialDeadlineMs;
    return this.#generation;
  }

  record(permit: number, failed: boolean, latencyMs: number, nowMs: number): boolean {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (permit !== this.#generation) return false;
    const slow = latencyMs > this.options.slowerThanMs;
    if (this.state === "closed") {
      this.window.add(failed, slow, nowMs);
      this.#judge(nowMs);
    } else {
      this.#judgeTrial(failed, slow, nowMs);
    }
    return true;
  }

  release(permit: number, nowMs: number): void {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (permit !== this.#generation || this.state !== "halfOpen" || this.#trialsOut === 0) return;
    this.#takeTrialBack();
  }

  refusal(nowMs: number): Refusal {
    if (this.state === "isolated") return { reason: "circuitIsolated", retryAfterMs: undefined };
    if (this.state === "open") {
      return { reason: "circuitOpen", retryAfterMs: Math.max(0, this.wakeAtMs - nowMs) };
    }
    return { reason: "trialsUnderWay", retryAfterMs: undefined };
  }

  isolate(nowMs: number, reason = "isolated by hand"): void {
    this.advance(nowMs);
    this.#enter("isolated", "circuitIsolated", nowMs, reason, NEVER);
  }

  reset(nowMs: number, reason = "reset by hand"): void {
    this.advance(nowMs);
    this.#close(nowMs, reason);
  }

  /** Puts an exported state in force; see state.ts, which has checked it. */
  restore(state: "closed" | "open" | "isolated", openings: number, wakeAtMs: number): void {
    this.window.clear();
    this.state = state;
    this.openings = openings;
    this.wakeAtMs = wakeAtMs;
    this.#generation++;
  }

  /** Divides, because a share such as 7 / 100 is exactly what 0.07 means, and 0.07 * 100 is more than 7. */
  #judge(nowMs: number): void {
    const { window, options } = this;
    if (options.window.kind === "consecutive") {
      if (window.failures < options.window.failures) return;
      this.#open(nowMs, `${plural(window.failures, "failure")} in a row`);
    } else if (window.calls >= options.minimumCalls) {
      const { calls, failures, slow } = window;
      if (failures / calls >= options.failureRate) {
        this.#open(nowMs, rateReason(failures, calls, "attempt", "failed", options.failureRate));
      } else if (slow / calls >= options.slowRate) {
        this.#open(nowMs, rateReason(slow, calls, "attempt", "were slow", options.slowRate));
      }
    }
  }

  /** Decides as soon as the trials still out cannot change the decision. */
  #judgeTrial(failed: boolean, slow: boolean, nowMs: number): void {
    // A permit recorded twice must not count as two trials.
    if (this.#trialsOut === 0) return;
    const { trials, trialFailureRate, slowRate } = this.options;
    this.#takeTrialBack();
    this.#trialsJudged++;
    if (failed) this.#trialsFailed++;
    if (slow) this.#trialsSlow++;
    const left = trials - this.#trialsJudged;
    if (this.#trialsFailed / trials >= trialFailureRate) {
      this.#open(nowMs, `${this.#trialsFailed} of ${plural(trials, "trial")} failed`);
    } else if (this.#trialsSlow / trials >= slowRate) {
      this.#open(nowMs, `${this.#trialsSlow} of ${plural(trials, "trial")} were slow`);
    } else if (
      (this.#trialsFailed + left) / trials < trialFailureRate &&
      (this.#trialsSlow + left) / trials < slowRate
    ) {
      const good = this.#trialsJudged - this.#trialsFailed;
      this.#close(nowMs, `${good} of ${plural(trials, "trial")} succeeded`);
    }
  }

  /** Without a trial under way nothing can be overdue, however rarely somebody calls. */
  #takeTrialBack(): void {
    if (--this.#trialsOut === 0) this.wakeAtMs = NEVER;
  }

  #open(atMs: number, reason: string): void {
    const { openForMs, openFactor, openCapMs } = this.options;
    const openMs = Math.min(openCapMs, openForMs * openFactor ** this.openings);
    this.openings++;
    this.#enter("open", "circuitOpened", atMs, reason, atMs + openMs);
  }

  #halfOpen(atMs: number): void {
    this.#trialsOut = this.#trialsJudged = this.#trialsFailed = this.#trialsSlow = 0;
    this.#enter("halfOpen", "circuitHalfOpened", atMs, "the open time has passed", NEVER);
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
    wakeAtMs: number,
  ): void {
    const from = this.state;
    this.state = state;
    this.wakeAtMs = wakeAtMs;
    this.#generation++;
    this.window.clear();
    this.#listener?.({ type, atMs, from, reason });
  }
}

function makeWindow(window: ResolvedCircuitBreaker["window"]): CallWindow {
  if (window.kind === "consecutive") return new ConsecutiveWindow();
  if (window.kind === "count") return new CountWindow(window.size);
  return new TimeWindow(window.sizeMs, window.buckets);
}
