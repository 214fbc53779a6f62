/**
 * A rate that changes over time, piecewise linear. Arrivals come from inverting its integral: the k-th arrival of a
 * steady stream is where the integral reaches k, that of a Poisson stream where it reaches the sum of k exponential
 * draws (the time-rescaling theorem), so a changed shape moves arrivals and draws nothing anew.
 */
export interface Point {
  readonly atMs: number;
  readonly factor: number;
}

interface Segment {
  readonly startMs: number;
  readonly endMs: number;
  readonly startFactor: number;
  readonly slope: number;
  /** Integral of the factor up to the start, in milliseconds. */
  readonly areaBefore: number;
}

export class Intensity {
  readonly #segments: readonly Segment[];

  constructor(points: readonly Point[], startMs: number, endMs: number) {
    this.#segments = segmentsOf(points, startMs, endMs);
  }

  /** When the integral of the factor since the start reaches this; Infinity when it never does before the end. */
  timeAt(area: number): number {
    for (const segment of this.#segments) {
      const { startMs, endMs, startFactor, slope } = segment;
      const need = area - segment.areaBefore;
      const length = endMs - startMs;
      const areaHere = length * (startFactor + (slope * length) / 2);
      if (need < areaHere) return startMs + timeWithin(need, startFactor, slope);
    }
    return Infinity;
  }

  /** The first moment from `fromMs` on at which the factor is above `limit`; Infinity when it never is. */
  timeAbove(limit: number, fromMs: number): number {
    for (const { startMs, endMs, startFactor, slope } of this.#segments) {
      if (endMs <= fromMs) continue;
      const beginMs = Math.max(startMs, fromMs);
      const begin = startFactor + slope * (beginMs - startMs);
      if (begin > limit) return beginMs;
      if (slope <= 0) continue;
      const crossing = startMs + (limit - startFactor) / slope;
      // Just after the crossing: at it the factor equals the limit.
      if (crossing < endMs) return Math.max(beginMs, crossing) + 1e-6;
    }
    return Infinity;
  }
}

/** Solves startFactor t + slope t^2 / 2 = area for t, in the form that is stable for slopes near 0. */
function timeWithin(area: number, startFactor: number, slope: number): number {
  if (area <= 0) return 0;
  const root = Math.sqrt(Math.max(0, startFactor * startFactor + 2 * slope * area));
  return (2 * area) / (startFactor + root);
}

function segmentsOf(points: readonly Point[], startMs: number, endMs: number): Segment[] {
  const segments: Segment[] = [];
  let areaBefore = 0;
  for (const [index, from] of points.entries()) {
    const to = points[index + 1] ?? { atMs: Infinity, factor: from.factor };
    if (to.atMs <= from.atMs) continue;
    const slope = to.atMs === Infinity ? 0 : (to.factor - from.factor) / (to.atMs - from.atMs);
    const beginMs = Math.max(startMs, from.atMs);
    const stopMs = Math.min(endMs, to.atMs);
    if (stopMs <= beginMs) continue;
    const startFactor = from.factor + slope * (beginMs - from.atMs);
    const length = stopMs - beginMs;
    segments.push({ startMs: beginMs, endMs: stopMs, startFactor, slope, areaBefore });
    areaBefore += length * (startFactor + (slope * length) / 2);
  }
  return segments;
}
