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
export function shapePoints(shape: CheckedShape | undefined): readonly ShapePoint[] {
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
    default:
      return [point(0, 1)];
  }
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
