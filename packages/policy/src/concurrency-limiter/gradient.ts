/**
 * Gradient: multiplies the limit by how much faster the dependency would be without a queue, and adds a little
 * headroom, so that it finds out when there is more to have.
 *
 * gradient = tolerance x baseline / latency, from 0.5 to 1; target = limit x gradient + headroom. The limit goes up
 * to the target at once, and down to it smoothly.
 *
 * It differs from Netflix's Gradient2 where that is known to go wrong. The baseline is no average of all latencies,
 * so a long incident does not become normal. Dropped attempts lower the limit, and their latency, which is the length
 * of the timeout, counts for nothing. The minimum is 1 and has nothing to do with the initial limit.
 *
 * Invariant: at latencies of more than tolerance x baseline the limit does not rise above what headroom alone keeps
 * up, 2 x headroom in the worst case.
 */

import { LatencyLimit, type ResolvedLatencyLimit } from "./latency-limit.ts";
import type { LimitAlgorithm, LimitBounds } from "./limit-algorithm.ts";

export interface ResolvedGradient extends ResolvedLatencyLimit {
  readonly kind: "gradient";
  /** Latency up to so many times the baseline is no reason to shrink; at least 1. */
  readonly tolerance: number;
  /** Attempts that are added in every window. */
  readonly headroom: number;
  /** Share of the way down that is gone in one window, above 0 to 1. */
  readonly smoothing: number;
}

const STEEPEST = 0.5;

export function makeGradient(
  options: ResolvedGradient,
  bounds: LimitBounds,
  before?: LimitAlgorithm,
): LimitAlgorithm {
  const { tolerance, headroom, smoothing } = options;
  const move = (limit: number, latencyMs: number, baselineMs: number): number => {
    const gradient = Math.max(STEEPEST, Math.min(1, (tolerance * baselineMs) / latencyMs));
    // A limit of a few attempts does not double in one window.
    const target = limit * gradient + Math.min(headroom, Math.sqrt(limit));
    return target >= limit ? target : limit + smoothing * (target - limit);
  };
  return new LatencyLimit(options, bounds, move, before);
}
