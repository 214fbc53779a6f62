/** The circuit breaker once more, the slow and obvious way: it stores everything and counts anew each time. */
import type { ResolvedCircuitBreaker } from "../src/circuit-breaker/resolved.ts";

interface Result {
  readonly atMs: number;
  readonly failed: boolean;
  readonly slow: boolean;
}

export class NaiveWindow {
  readonly options: ResolvedCircuitBreaker["window"];
  results: Result[] = [];
  firstSliceMs = 0;

  constructor(options: ResolvedCircuitBreaker["window"]) {
    this.options = options;
  }

  add(result: Result): void {
    if (this.living(result.atMs).length === 0) {
      this.results = [];
      this.firstSliceMs = result.atMs;
    }
    this.results.push(result);
  }

  living(nowMs: number): Result[] {
    const { options, results } = this;
    if (options.kind === "count") return results.slice(-options.size);
    if (options.kind === "consecutive") {
      const lastGood = results.findLastIndex((result) => !result.failed);
      return results.slice(lastGood + 1);
    }
    const slice = (atMs: number) =>
      Math.floor(((atMs - this.firstSliceMs) * options.buckets) / options.sizeMs);
    return results.filter(({ atMs }) => slice(nowMs) - slice(atMs) < options.buckets);
  }

  counts(nowMs: number): { calls: number; failures: number; slow: number } {
    const living = this.living(nowMs);
    const failures = living.filter((result) => result.failed).length;
    const slow = living.filter((result) => result.slow).length;
    return { calls: living.length, failures, slow };
  }
}

interface Permit {
  readonly epoch: number;
  readonly atMs: number;
  ended?: "good" | "failed" | "slow" | "both" | "released";
}

export class NaiveCircuitBreaker {
  readonly options: ResolvedCircuitBreaker;
  window: NaiveWindow;
  state: "closed" | "open" | "halfOpen" | "isolated" = "closed";
  epoch = 0;
  sinceMs = 0;
  openings = 0;
  trials: Permit[] = [];
  /** Every permit given since the latest transition. */
  given: Permit[] = [];
  /** The step of the recovery and how many attempts asked in it; -1 outside recovery. */
  step = -1;
  asked = 0;
  /** When the first of the trials went out that overlap with one still out. */
  batchMs = 0;

  constructor(options: ResolvedCircuitBreaker) {
    this.options = options;
    this.window = new NaiveWindow(options.window);
  }

  enter(state: NaiveCircuitBreaker["state"], atMs: number): void {
    this.state = state;
    this.sinceMs = atMs;
    this.epoch++;
    this.trials = [];
    this.given = [];
    this.step = -1;
    this.window = new NaiveWindow(this.options.window);
    if (state === "open") this.openings++;
    if (state === "closed") this.openings = 0;
  }

  out(): Permit[] {
    return this.trials.filter((trial) => trial.ended === undefined);
  }

  beginStep(step: number, atMs: number): void {
    if (step === 0) this.enter("halfOpen", atMs);
    this.step = step;
    this.sinceMs = atMs;
    this.asked = 0;
    this.window = new NaiveWindow(this.options.window);
  }

  stateDue(): number {
    const { openForMs, openFactor, openCapMs, trialDeadlineMs, recovery } = this.options;
    if (this.state === "open") {
      return this.sinceMs + Math.min(openCapMs, openForMs * openFactor ** (this.openings - 1));
    }
    if (this.step >= 0) return this.sinceMs + (recovery?.stepForMs ?? Number.NaN);
    if (this.state === "halfOpen" && this.out().length > 0) return this.batchMs + trialDeadlineMs;
    return Number.POSITIVE_INFINITY;
  }

  oldestOut(): Permit | undefined {
    return this.given.find((permit) => permit.ended === undefined);
  }

  due(): number {
    const oldest = this.oldestOut();
    const hangs = oldest === undefined ? Infinity : oldest.atMs + this.options.hangingMs;
    return Math.min(this.stateDue(), hangs);
  }

  advance(nowMs: number): void {
    for (let due = this.due(); due <= nowMs; due = this.due()) {
      const oldest = this.oldestOut();
      const { hangingMs, recovery } = this.options;
      if (oldest !== undefined && oldest.atMs + hangingMs <= due) {
        this.count(oldest, true, hangingMs, due);
      } else if (this.step < 0) this.enter(this.state === "open" ? "halfOpen" : "open", due);
      else if (this.step + 1 === recovery?.steps.length) this.enter("closed", due);
      else this.beginStep(this.step + 1, due);
    }
  }

  acquire(nowMs: number): Permit | undefined {
    this.advance(nowMs);
    if (this.state === "open" || this.state === "isolated") return undefined;
    const permit: Permit = { epoch: this.epoch, atMs: nowMs };
    if (this.step >= 0) {
      const share = this.options.recovery?.steps[this.step] ?? Number.NaN;
      const letOut = (asked: number) => Math.ceil(Math.round(asked * share * 1e6) / 1e6);
      this.asked++;
      if (letOut(this.asked) === letOut(this.asked - 1)) return undefined;
    }
    if (this.state === "closed" || this.step >= 0) {
      this.given.push(permit);
      return permit;
    }
    const used = this.trials.filter((trial) => trial.ended !== "released").length;
    if (used >= this.options.trials) return undefined;
    if (this.out().length === 0) this.batchMs = nowMs;
    this.trials.push(permit);
    this.given.push(permit);
    return permit;
  }

  release(permit: Permit, nowMs: number): void {
    this.advance(nowMs);
    permit.ended ??= "released";
  }

  record(permit: Permit, failed: boolean, latencyMs: number, nowMs: number): boolean {
    this.advance(nowMs);
    if (permit.epoch !== this.epoch || permit.ended !== undefined) return false;
    this.count(permit, failed, latencyMs, nowMs);
    return true;
  }

  count(permit: Permit, failed: boolean, latencyMs: number, nowMs: number): void {
    const slow = latencyMs > this.options.slowerThanMs;
    permit.ended = failed && slow ? "both" : failed ? "failed" : slow ? "slow" : "good";
    if (this.state === "closed" || this.step >= 0) {
      this.window.add({ atMs: nowMs, failed, slow });
      if (this.tooBad(nowMs)) this.enter("open", nowMs);
    } else this.judgeTrials(nowMs);
  }

  tooBad(nowMs: number): boolean {
    const { window, failureRate, slowRate, recovery } = this.options;
    const { minimumCalls } = this.step >= 0 && recovery !== undefined ? recovery : this.options;
    const { calls, failures, slow } = this.window.counts(nowMs);
    if (window.kind === "consecutive") return failures >= window.failures;
    if (calls < minimumCalls) return false;
    return failures / calls >= failureRate || slow / calls >= slowRate;
  }

  judgeTrials(nowMs: number): void {
    const { trials, trialFailureRate, slowRate } = this.options;
    const count = (...ends: Permit["ended"][]) =>
      this.trials.filter(({ ended }) => ended !== undefined && ends.includes(ended)).length;
    const failed = count("failed", "both");
    const slow = count("slow", "both");
    const left = trials - count("good", "failed", "slow", "both");
    if (failed / trials >= trialFailureRate || slow / trials >= slowRate) this.enter("open", nowMs);
    else if ((failed + left) / trials < trialFailureRate && (slow + left) / trials < slowRate) {
      if (this.options.recovery === undefined) this.enter("closed", nowMs);
      else this.beginStep(0, nowMs);
    }
  }
}
