/**
 * Vegas: estimates from latency how many attempts wait at the dependency, and keeps that number small but not zero.
 *
 * Of L attempts under way, L x (1 - baseline / latency) wait (Little's law). Few waiting: the limit grows; many: it
 * shrinks; in between: it holds. What is few and many grows with the logarithm of the limit.
 *
 * Invariant: at the baseline latency the limit grows; it shrinks when all but a few attempts wait.
 *
 * Source: L. Brakmo and L. Peterson, "TCP Vegas", 1995; the thresholds are those of Netflix concurrency-limits.
 */

import { LatencyLimit, type ResolvedLatencyLimit } from "./latency-limit.ts";
import type { LimitAlgorithm, LimitBounds } from "./limit-algorithm.ts";

export interface ResolvedVegas extends ResolvedLatencyLimit {
  readonly kind: "vegas";
}

const FEW = 3;
const MANY = 6;

export function makeVegas(
  options: ResolvedVegas,
  bounds: LimitBounds,
  before?: LimitAlgorithm,
): LimitAlgorithm {
  return new LatencyLimit(options, bounds, moveVegas, before);
}

function moveVegas(limit: number, latencyMs: number, baselineMs: number): number {
  const step = Math.max(1, Math.log10(limit));
  const waiting = limit * (1 - Math.min(1, baselineMs / latencyMs));
  if (waiting <= step) return limit + MANY * step;
  if (waiting < FEW * step) return limit + step;
  if (waiting > MANY * step) return limit - step;
  return limit;
}
