import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Intensity, type Point } from "./intensity.ts";

const at = (atMs: number, factor: number): Point => ({ atMs, factor });

/** The factor at a time, read from the points; at a jump, the factor after it. */
function factorAt(points: readonly Point[], atMs: number): number {
  const index = points.findLastIndex((point) => point.atMs <= atMs);
  const from = points[index] as Point;
  const to = points[index + 1];
  if (to === undefined) return from.factor;
  return from.factor + ((to.factor - from.factor) * (atMs - from.atMs)) / (to.atMs - from.atMs);
}

/** The area between two times: exact, since the factor is a straight line between two cuts. */
function areaBetween(points: readonly Point[], fromMs: number, toMs: number): number {
  const inside = points.map(({ atMs }) => atMs).filter((atMs) => atMs > fromMs && atMs < toMs);
  const cuts = [fromMs, ...new Set(inside), toMs];
  let area = 0;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [a, b] = [cuts[i] as number, cuts[i + 1] as number];
    area += (b - a) * factorAt(points, (a + b) / 2);
  }
  return area;
}

describe("an intensity", () => {
  test("that is constant reaches an area in proportion, and none after its end", () => {
    const steady = new Intensity([at(0, 2)], 100, 200);
    expect([0, 50, 199].map((area) => steady.timeAt(area))).toEqual([100, 125, 199.5]);
    expect([200, 1000].map((area) => steady.timeAt(area))).toEqual([Infinity, Infinity]);
  });

  test("on a ramp reaches half of its area after the square root of a half", () => {
    // The area under a ramp from 0 to 2 in 100 ms is t^2 / 100, in all 100.
    const ramp = new Intensity([at(0, 0), at(100, 2)], 0, 300);
    expect(ramp.timeAt(25)).toBeCloseTo(50, 9);
    expect(ramp.timeAt(50)).toBeCloseTo(100 * Math.SQRT1_2, 9);
    expect(ramp.timeAt(100)).toBeCloseTo(100, 9);
    expect(ramp.timeAt(300)).toBeCloseTo(200, 9);
  });

  test("on a ramp down to nothing has an end of its own", () => {
    const down = new Intensity([at(0, 1), at(100, 0)], 0, 1000);
    expect(down.timeAt(37.5)).toBeCloseTo(50, 9);
    expect(down.timeAt(50)).toBe(Infinity);
  });

  test("with a spike and a gap moves on at each jump", () => {
    const points = [at(0, 1), at(50, 1), at(50, 4), at(60, 4), at(60, 0), at(80, 0), at(80, 1)];
    const jumps = new Intensity(points, 0, 100);
    expect([49, 50, 70, 89, 90, 100].map((area) => jumps.timeAt(area))).toEqual([
      49, 50, 55, 59.75, 80, 90,
    ]);
  });

  test("cut off at its start counts from there", () => {
    const ramp = new Intensity([at(0, 0), at(100, 2)], 50, 100);
    expect(ramp.timeAt(0)).toBe(50);
    // From 50 to t: (t^2 - 2500) / 100.
    expect(ramp.timeAt(39)).toBeCloseTo(80, 9);
    expect(ramp.timeAt(75)).toBe(Infinity);
  });

  test("tells when it is above a limit: at once, on its way up, after a jump, or never", () => {
    const points = [at(0, 0), at(100, 1), at(100, 0.25), at(200, 0.25), at(200, 2)];
    const intensity = new Intensity(points, 0, 300);
    expect(intensity.timeAbove(0.5, 60)).toBe(60);
    expect(intensity.timeAbove(0.5, 10)).toBeCloseTo(50, 5);
    expect(intensity.timeAbove(0.5, 10)).toBeGreaterThan(50);
    expect(intensity.timeAbove(0.25, 100)).toBe(200);
    expect(intensity.timeAbove(0.5, 150)).toBe(200);
    expect(intensity.timeAbove(2, 0)).toBe(Infinity);
    expect(intensity.timeAbove(0.5, 300)).toBe(Infinity);
  });
});

const factor = fc.integer({ min: 0, max: 8 }).map((n) => n / 2);
const shapes = fc
  .tuple(factor, fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), factor), { maxLength: 6 }))
  .map(([first, rest]) => {
    let atMs = 0;
    return [
      at(0, first),
      ...rest.map(([stepMs, next]) => {
        atMs += stepMs;
        return at(atMs, next);
      }),
    ];
  });
const spans = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 200 }));

describe("any shape", () => {
  test("has the area up to the time at which it reaches that area", () => {
    fc.assert(
      fc.property(shapes, spans, fc.nat(1_000_000), (points, span, millionths) => {
        const [startMs, length] = span;
        const total = areaBetween(points, startMs, startMs + length);
        const area = (millionths / 1e6) * total * (1 - 1e-9);
        const reachedMs = new Intensity(points, startMs, startMs + length).timeAt(area);
        if (total === 0) {
          expect(reachedMs).toBe(Infinity);
          return;
        }
        expect(reachedMs).toBeGreaterThanOrEqual(startMs);
        expect(reachedMs).toBeLessThanOrEqual(startMs + length);
        expect(areaBetween(points, startMs, reachedMs)).toBeCloseTo(area, 6);
      }),
      { numRuns: 2000, seed: 6 },
    );
  });

  test("is reached no sooner by a larger area, and never beyond all of it", () => {
    fc.assert(
      fc.property(
        shapes,
        spans,
        fc.double({ min: 0, max: 500, noNaN: true }),
        (points, span, a) => {
          const [startMs, length] = span;
          const intensity = new Intensity(points, startMs, startMs + length);
          expect(intensity.timeAt(a + 1)).toBeGreaterThanOrEqual(intensity.timeAt(a));
          const total = areaBetween(points, startMs, startMs + length);
          expect(intensity.timeAt(total + 0.001)).toBe(Infinity);
        },
      ),
      { numRuns: 1000, seed: 7 },
    );
  });

  test("is above a limit when it says so, and not before", () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 80 }), factor, (points, fromMs, limit) => {
        const above = new Intensity(points, 0, 400).timeAbove(limit, fromMs);
        if (above < Infinity) expect(factorAt(points, above)).toBeGreaterThan(limit);
        for (let t = fromMs; t < Math.min(above - 1e-5, 400); t += 0.25) {
          if (factorAt(points, t) > limit + 1e-9) throw new Error(`above the limit at ${t}`);
        }
      }),
      { numRuns: 500, seed: 8 },
    );
  });
});
