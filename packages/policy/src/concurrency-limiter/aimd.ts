/**
 * Additive increase, multiplicative decrease, as TCP does it: the limit grows by one per round of attempts as long
 * as it is in use, and shrinks to a share of itself when an attempt is dropped.
 *
 * It needs drops to find the limit, so it holds the dependency at the edge of overload: give it a timeout or
 * `slowerThan`. All drops of one round count once, or one burst would bring the limit down to its minimum.
 *
 * Invariants
 *   1. min <= limit <= max.
 *   2. An attempt that went out before the limit was lowered does not lower it again.
 *
 * Source: D. Chiu and R. Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in
 * computer networks", 1989.
 */
import {
  clampLimit,
  Decision,
  type LimitAlgorithm,
  type LimitBounds,
  type LimitDecision,
  type LimitSample,
  STALE_DROP,
} from "./limit-algorithm.ts";

export interface ResolvedAimd {
  readonly kind: "aimd";
  /** What is left of the limit after a drop, above 0 and below 1. */
  readonly backoff: number;
  /** An answer that takes longer counts as dropped; Infinity for off. */
  readonly slowerThanMs: number;
}

export class Aimd implements LimitAlgorithm {
  readonly #options: ResolvedAimd;
  readonly #bounds: LimitBounds;
  /** The limit with its fraction: growth by one per round is less than one per sample. */
  #exact: number;
  #loweredAtMs = Number.NEGATIVE_INFINITY;

  /** @param before an algorithm that this one follows */
  constructor(options: ResolvedAimd, bounds: LimitBounds, before?: LimitAlgorithm) {
    this.#options = options;
    this.#bounds = bounds;
    this.#exact = bounds.initial;
    if (!(before instanceof Aimd)) return;
    this.#exact = clampLimit(before.#exact, bounds);
    this.#loweredAtMs = before.#loweredAtMs;
  }

  get limit(): number {
    return Math.floor(this.#exact);
  }

  sample({ latencyMs, inFlight, outcome, nowMs }: LimitSample): LimitDecision {
    const { backoff, slowerThanMs } = this.#options;
    const before = this.limit;
    if (outcome === "failed") return new Decision(before, before, FAILED);
    if (outcome === "dropped" || latencyMs > slowerThanMs) {
      if (nowMs - latencyMs < this.#loweredAtMs) return new Decision(before, before, STALE_DROP);
      this.#exact = clampLimit(this.#exact * backoff, this.#bounds);
      this.#loweredAtMs = nowMs;
      const words = outcome === "dropped" ? DROPPED : SLOW;
      return new Decision(before, this.limit, words, latencyMs, slowerThanMs);
    }
    if (2 * inFlight < before) return new Decision(before, before, NOT_USED, inFlight, before);
    this.#exact = clampLimit(this.#exact + 1 / this.#exact, this.#bounds);
    return new Decision(before, this.limit, IN_USE, inFlight, before);
  }
}

const FAILED = "an error says nothing about how many attempts the dependency can take";
const DROPPED = "an attempt was dropped after ~";
const SLOW = "an answer took ~, longer than ~";
const NOT_USED = "only # of # places are in use";
const IN_USE = "answered, with # of # places in use";
