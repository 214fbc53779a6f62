import type { CheckedShape } from "../checked/load.ts";

export interface ShapePoint {
  readonly atMs: number;
  readonly factor: number;
}

const point = (atMs: number, factor: number): ShapePoint => ({ atMs, factor });

/**
 * A shape as a piecewise linear factor over the time of the run: the first point is at 0, two points at the same
 * time make a jump, and the last factor stays.
 */
export function shapePoints(
  shape: CheckedShape | undefined,
  durationMs = 0,
): readonly ShapePoint[] {
  switch (shape?.kind) {
    case "ramp": {
      const { from, to, at, over } = shape;
      const lead = at > 0 ? [point(0, from)] : [];
      return [...lead, point(at, from), point(at + over, to)];
    }
    case "spike": {
      const { factor, at, for: lasts } = shape;
      const lead = at > 0 ? [point(0, 1), point(at, 1)] : [];
      return [...lead, point(at, factor), point(at + lasts, factor), point(at + lasts, 1)];
    }
    case "steps": {
      const points: ShapePoint[] = [];
      let last = 1;
      for (const { at, factor } of shape.steps) {
        if (at > 0 && points.length === 0) points.push(point(0, 1));
        if (at > 0) points.push(point(at, last));
        points.push(point(at, factor));
        last = factor;
      }
      return points;
    }
    case "diurnal":
      return diurnalPoints(shape, durationMs);
    case "points":
      return listedPoints(shape, durationMs);
    default:
      return [point(0, 1)];
  }
}

/** A sine as straight lines: 96 per period, each within 0.06 % of the swing of the curve. */
const PIECES = 96;

function diurnalPoints(
  { low, high, period, peakAt }: Extract<CheckedShape, { kind: "diurnal" }>,
  durationMs: number,
): readonly ShapePoint[] {
  const pieces = Math.ceil((durationMs / period) * PIECES);
  return Array.from({ length: pieces + 1 }, (_, index) => {
    const atMs = (index * period) / PIECES;
    const swing = Math.cos((2 * Math.PI * (atMs - peakAt)) / period);
    return point(atMs, (low + high) / 2 + ((high - low) / 2) * swing);
  });
}

function listedPoints(
  { points, every }: Extract<CheckedShape, { kind: "points" }>,
  durationMs: number,
): readonly ShapePoint[] {
  const first = points[0] as { at: number; factor: number };
  const lead = first.at > 0 ? [point(0, first.factor)] : [];
  if (every === undefined) return [...lead, ...points.map(({ at, factor }) => point(at, factor))];
  const rounds = Math.ceil(durationMs / every);
  const all: ShapePoint[] = [...lead];
  for (let round = 0; round < rounds; round++) {
    for (const { at, factor } of points) all.push(point(round * every + at, factor));
  }
  return all;
}

/** Rates as steps: each holds for one interval, and none follow. */
export function ratePoints(
  rates: readonly number[],
  intervalMs: number,
  startMs: number,
): readonly ShapePoint[] {
  const points: ShapePoint[] = startMs > 0 ? [point(0, 0)] : [];
  let last = 0;
  for (const [index, rate] of [...rates, 0].entries()) {
    const atMs = startMs + index * intervalMs;
    if (atMs > 0) points.push(point(atMs, last));
    points.push(point(atMs, rate));
    last = rate;
  }
  return points;
}

/** The integral of the factor from one time to another, in milliseconds at factor 1. */
export function shapeIntegral(points: readonly ShapePoint[], fromMs: number, toMs: number): number {
  let sum = 0;
  for (const [index, { atMs, factor }] of points.entries()) {
    const next = points[index + 1] ?? point(Infinity, factor);
    const begin = Math.max(fromMs, atMs);
    const end = Math.min(toMs, next.atMs);
    if (end <= begin) continue;
    const slope = next.atMs === Infinity ? 0 : (next.factor - factor) / (next.atMs - atMs);
    sum += (end - begin) * (factor + slope * ((begin + end) / 2 - atMs));
  }
  return sum;
}
