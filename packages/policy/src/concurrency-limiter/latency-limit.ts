/**
 * What the algorithms that go by latency have in common: samples are gathered in windows, the latency of a window is
 * compared with the baseline, and the limit moves. Where it moves to is up to the algorithm (vegas.ts, gradient.ts).
 *
 * States: judging (window after window), probing (a quarter of the limit for one window, to measure the baseline).
 * Invariants
 *   1. min <= limit <= max, whatever the samples.
 *   2. Latency alone never raises the limit while the attempts under way use less than half of it; dropped attempts
 *      and errors never raise it, however flat their latency is.
 */
import { Baseline, type BaselineOptions } from "./baseline.ts";
import {
  clampLimit,
  Decision,
  type LimitAlgorithm,
  type LimitBounds,
  type LimitDecision,
  type LimitSample,
  STALE_DROP,
} from "./limit-algorithm.ts";
import { SampleWindow, type WindowOptions, type WindowSummary } from "./sample-window.ts";

export type ResolvedLatencyLimit = WindowOptions & BaselineOptions;

/** Where the limit should go. All latencies are above 0. */
export type Move = (limit: number, latencyMs: number, baselineMs: number) => number;

const PROBE_SHARE = 0.25;
/** The limit shrinks by the share of attempts that were dropped, but not by more than this in one window. */
const WORST_DROP_SHARE = 0.5;
/** Below the resolution of clocks; keeps quotients finite. */
const LEAST_MS = 0.001;

export class LatencyLimit implements LimitAlgorithm {
  readonly #move: Move;
  readonly #bounds: LimitBounds;
  readonly #window: SampleWindow;
  readonly #baseline: Baseline;
  #exact: number;
  #probing = false;
  #loweredAtMs = Number.NEGATIVE_INFINITY;

  /** @param before an algorithm that this one follows: what it knows of latencies holds for any that goes by them */
  constructor(
    options: ResolvedLatencyLimit,
    bounds: LimitBounds,
    move: Move,
    before?: LimitAlgorithm,
  ) {
    const known = before instanceof LatencyLimit ? before : undefined;
    this.#move = move;
    this.#bounds = bounds;
    this.#window = new SampleWindow(options, known === undefined ? undefined : known.#window);
    this.#baseline = new Baseline(options, known === undefined ? undefined : known.#baseline);
    this.#exact = bounds.initial;
    if (known === undefined) return;
    this.#exact = clampLimit(known.#exact, bounds);
    this.#probing = known.#probing;
    this.#loweredAtMs = known.#loweredAtMs;
  }

  get limit(): number {
    const share = this.#probing ? PROBE_SHARE : 1;
    return Math.floor(clampLimit(this.#exact * share, this.#bounds));
  }

  sample(sample: LimitSample): LimitDecision {
    const before = this.limit;
    if (this.#isStale(sample)) return new Decision(before, before, STALE_DROP);
    if (!this.#window.add(sample)) return new Decision(before, before, GATHERING);
    const seen = this.#window.summary();
    this.#window.restart();
    return this.#probing
      ? this.#endProbe(seen, before, sample.nowMs)
      : this.#judge(seen, before, sample.nowMs);
  }

  /** A drop of an attempt that went out before drops lowered the limit tells nothing new. */
  #isStale({ outcome, latencyMs, nowMs }: LimitSample): boolean {
    return outcome === "dropped" && nowMs - latencyMs < this.#loweredAtMs;
  }

  #judge(seen: WindowSummary, before: number, nowMs: number): LimitDecision {
    const latencyMs = Math.max(seen.latencyMs, LEAST_MS);
    const few = 2 * seen.inFlight < before;
    let to = this.#exact;
    let words = ONLY_ERRORS;
    let inputs: readonly [number, number] = [seen.ended, 0];
    if (seen.answered > 0) {
      this.#baseline.learn(latencyMs, seen.errorMs, few, nowMs);
      to = this.#move(this.#exact, latencyMs, this.#baseline.latencyMs);
      words = BY_LATENCY;
      inputs = [seen.latencyMs, this.#baseline.latencyMs];
      if (to > this.#exact && few) {
        to = this.#exact;
        words = NOT_USED;
        inputs = [seen.inFlight, before];
      }
    }
    if (seen.dropped > 0) {
      const kept = 1 - Math.min(WORST_DROP_SHARE, seen.dropped / seen.ended);
      to *= kept;
      if (to < this.#exact) {
        this.#loweredAtMs = nowMs;
        this.#exact = clampLimit(to, this.#bounds);
        return new Decision(before, this.limit, DROPS, seen.dropped, seen.ended);
      }
    }
    this.#exact = clampLimit(to, this.#bounds);
    if (seen.answered > 0 && this.#baseline.needsProbe(nowMs)) return this.#probe(before, nowMs);
    return new Decision(before, this.limit, words, ...inputs);
  }

  #probe(before: number, nowMs: number): LimitDecision {
    this.#probing = true;
    this.#window.restart(nowMs);
    return new Decision(before, this.limit, PROBING);
  }

  #endProbe(seen: WindowSummary, before: number, nowMs: number): LimitDecision {
    this.#probing = false;
    if (seen.answered === 0) return this.#judge(seen, before, nowMs);
    const measuredMs = Math.max(seen.latencyMs, LEAST_MS);
    this.#baseline.adopt(measuredMs, seen.errorMs, nowMs);
    const { latencyMs } = this.#baseline;
    const words = latencyMs === measuredMs ? PROBED : `${PROBED}, taken as ~`;
    return new Decision(before, this.limit, words, measuredMs, latencyMs);
  }
}

const GATHERING = "the window of samples is not complete";
const BY_LATENCY = "mean latency ~, without queueing ~";
const NOT_USED = "quick, but only # of # places were in use";
const ONLY_ERRORS = "# attempts ended, none with an answer";
const DROPS = "# of # attempts were dropped";
const PROBING = "fewer attempts for a moment, to measure the latency without queueing";
const PROBED = "measured ~ without queueing";
