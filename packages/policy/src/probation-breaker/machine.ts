/**
 * Circuit breaker with probation: the first error puts a dependency on probation ("half"), more errors open the
 * circuit, and after an outage it goes through probation again before it is trusted.
 *
 * States
 *   closed    attempts go out; the first error begins a probation
 *   halfOpen  the probation: attempts still go out and are counted, for `halfFor` at least
 *   open      nothing goes out until the open time has passed, then one trial at a time
 *   isolated  nothing goes out until somebody resets it by hand
 *
 * Transitions (the eight rows of the table that this machine was made from)
 *   1. closed, success                                   -> closed
 *   2. closed, first error                               -> halfOpen, the probation's time begins
 *   3. halfOpen, success within its time                 -> halfOpen
 *   4. halfOpen, success after its time                  -> closed
 *   5. halfOpen, errors in a row or their share too many -> open, its time begins
 *   6. open, within its time                             -> refused
 *   7. open, error after its time                        -> open, its time starts over
 *   8. open, success after its time                      -> halfOpen, the probation's time begins
 * An error after the probation's time, with no success in between, begins a new probation.
 *
 * Inputs: acquire, record, release, open, isolate, reset, and the time that comes with each of them.
 *
 * Invariants
 *   1. While open and within its time no permit is given; after it, never more than one is out.
 *   2. A permit given before the circuit opened, was isolated or reset decides nothing afterwards. Closed and
 *      halfOpen share their permits: both let everything through, so evidence from one is evidence in the other.
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

/** Probation breaker options with every default filled in, in milliseconds. */
export interface ResolvedProbationBreaker {
  readonly halfForMs: number;
  readonly failures: number;
  readonly failureRate: number;
  readonly minimumCalls: number;
  readonly openForMs: number;
  readonly trialDeadlineMs: number;
}

const NEVER = Number.POSITIVE_INFINITY;

export class ProbationBreaker implements Breaker {
  state: CircuitState = "closed";
  /** Only an overdue trial moves this machine without a result. */
  wakeAtMs: number = NEVER;
  readonly options: ResolvedProbationBreaker;
  readonly #listener: CircuitListener | undefined;
  #generation = 0;
  /** End of the probation's time, or of the open time. */
  #untilMs = 0;
  #trialOut = false;
  #calls = 0;
  #failures = 0;
  #failuresInARow = 0;

  constructor(options: ResolvedProbationBreaker, listener?: CircuitListener) {
    this.options = options;
    this.#listener = listener;
  }

  advance(nowMs: number): void {
    if (nowMs < this.wakeAtMs) return;
    this.#open(this.wakeAtMs, "the trial was not answered in time");
  }

  admits(nowMs: number): boolean {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (this.state === "closed" || this.state === "halfOpen") return true;
    return this.state === "open" && !this.#trialOut && nowMs >= this.#untilMs;
  }

  acquire(nowMs: number): number {
    if (!this.admits(nowMs)) return NO_PERMIT;
    if (this.state === "closed" || this.state === "halfOpen") return this.#generation;
    this.#trialOut = true;
    this.wakeAtMs = nowMs + this.options.trialDeadlineMs;
    return this.#generation;
  }

  record(permit: number, failed: boolean, _latencyMs: number, nowMs: number): boolean {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (permit !== this.#generation) return false;
    if (this.state === "open") {
      if (!this.#trialOut) return true;
      if (failed) this.#open(nowMs, "the trial failed");
      else this.#beginProbation(nowMs, "the trial succeeded", true);
    } else if (this.state === "closed") {
      if (failed) this.#failOnce(nowMs);
    } else {
      this.#recordInProbation(failed, nowMs);
    }
    return true;
  }

  release(permit: number, nowMs: number): void {
    if (nowMs >= this.wakeAtMs) this.advance(nowMs);
    if (permit !== this.#generation || !this.#trialOut) return;
    this.#trialOut = false;
    this.wakeAtMs = NEVER;
  }

  refusal(nowMs: number): Refusal {
    if (this.state === "isolated") return { reason: "circuitIsolated", retryAfterMs: undefined };
    if (this.#trialOut) return { reason: "trialsUnderWay", retryAfterMs: undefined };
    return { reason: "circuitOpen", retryAfterMs: Math.max(0, this.#untilMs - nowMs) };
  }

  open(nowMs: number, reason: string): void {
    this.advance(nowMs);
    if (this.state === "closed" || this.state === "halfOpen") this.#open(nowMs, reason);
  }

  isolate(nowMs: number, reason = "isolated by hand"): void {
    this.advance(nowMs);
    this.#enter("isolated", "circuitIsolated", nowMs, reason);
  }

  reset(nowMs: number, reason = "reset by hand"): void {
    this.advance(nowMs);
    this.#enter("closed", "circuitClosed", nowMs, reason);
  }

  /** Puts an exported state in force; see state.ts, which has checked it. */
  restore(state: CircuitState, untilMs: number, counts: ProbationCounts): void {
    this.state = state;
    this.#untilMs = untilMs;
    this.#calls = counts.calls;
    this.#failures = counts.failures;
    this.#failuresInARow = counts.failuresInARow;
    this.#generation++;
    this.#trialOut = false;
    this.wakeAtMs = NEVER;
  }

  /** What restore takes back. */
  snapshot(nowMs: number): { untilMs: number; counts: ProbationCounts } {
    this.advance(nowMs);
    const counts = {
      calls: this.#calls,
      failures: this.#failures,
      failuresInARow: this.#failuresInARow,
    };
    return { untilMs: this.#untilMs, counts };
  }

  #recordInProbation(failed: boolean, nowMs: number): void {
    if (nowMs >= this.#untilMs) {
      if (failed) this.#failOnce(nowMs);
      else this.#enter("closed", "circuitClosed", nowMs, "a success after the probation", false);
      return;
    }
    this.#calls++;
    this.#failuresInARow = failed ? this.#failuresInARow + 1 : 0;
    if (!failed) return;
    this.#failures++;
    this.#judge(nowMs);
  }

  #failOnce(nowMs: number): void {
    this.#beginProbation(nowMs, "first failure", false);
    this.#calls = this.#failures = this.#failuresInARow = 1;
    this.#judge(nowMs);
  }

  #judge(nowMs: number): void {
    const { failures, failureRate, minimumCalls } = this.options;
    if (this.#failuresInARow >= failures) {
      this.#open(nowMs, `${plural(this.#failuresInARow, "failure")} in a row on probation`);
    } else if (this.#calls >= minimumCalls && this.#failures / this.#calls >= failureRate) {
      const verb = "failed on probation";
      this.#open(nowMs, rateReason(this.#failures, this.#calls, "attempt", verb, failureRate));
    }
  }

  #beginProbation(atMs: number, reason: string, newGeneration: boolean): void {
    this.#untilMs = atMs + this.options.halfForMs;
    this.#enter("halfOpen", "circuitHalfOpened", atMs, reason, newGeneration);
  }

  #open(atMs: number, reason: string): void {
    this.#untilMs = atMs + this.options.openForMs;
    this.#enter("open", "circuitOpened", atMs, reason);
  }

  #enter(
    state: CircuitState,
    type: CircuitFact["type"],
    atMs: number,
    reason: string,
    newGeneration = true,
  ): void {
    const from = this.state;
    this.state = state;
    this.wakeAtMs = NEVER;
    this.#trialOut = false;
    this.#calls = this.#failures = this.#failuresInARow = 0;
    if (newGeneration) this.#generation++;
    this.#listener?.({ type, atMs, from, reason });
  }
}

export interface ProbationCounts {
  readonly calls: number;
  readonly failures: number;
  readonly failuresInARow: number;
}
