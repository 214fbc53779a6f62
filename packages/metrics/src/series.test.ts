import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Histogram } from "./histogram.ts";
import { CountSeries, LevelSeries, PercentileSeries } from "./series.ts";

const times = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 });

describe("CountSeries", () => {
  test("a bucket holds its start and not its end", () => {
    const series = new CountSeries(1000);
    for (const atMs of [0, 999.999, 1000, 2000, 1999]) series.add(atMs);
    expect(series.toArray(4)).toEqual([2, 2, 1, 0]);
  });

  test("loses nothing as it grows, in any order", () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 10, max: 500 }), (atMs, bucketMs) => {
        const series = new CountSeries(bucketMs);
        const expected = new Array(2001).fill(0);
        for (const at of atMs) {
          series.add(at, 2);
          expected[Math.floor(at / bucketMs)] += 2;
        }
        expect(series.toArray(2001)).toEqual(expected);
      }),
    );
  });

  test("refuses times that have no bucket", () => {
    const series = new CountSeries(10);
    for (const atMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => series.add(atMs)).toThrow(RangeError);
    }
    expect(() => new CountSeries(0)).toThrow("bucketMs");
  });
});

describe("LevelSeries", () => {
  test("weighs the level by time", () => {
    const level = new LevelSeries(1000);
    level.change(250, 4);
    level.change(750, -2);
    level.change(3500, -2);
    expect(level.toMeans(5, 4000)).toEqual([2.5, 2, 2, 1, 0]);
    expect(level.toEnds(5)).toEqual([2, 2, 2, 0, 0]);
    expect([level.level, level.max, level.integral(4000)]).toEqual([0, 4, 7500]);
  });

  test("the last bucket counts up to the end of the run", () => {
    const level = new LevelSeries(1000);
    level.change(0, 3);
    expect(level.toMeans(3, 1500)).toEqual([3, 3, 0]);
    expect(level.integral(1500)).toBe(4500);
    expect(level.toEnds(3)).toEqual([3, 3, 3]);
  });

  test("means agree with the integral, whatever happens", () => {
    const changes = fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer()), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 300 }), (steps, bucketMs) => {
        const level = new LevelSeries(bucketMs);
        let now = 0;
        let current = 0;
        let integral = 0;
        for (const [afterMs, to] of steps) {
          integral += current * afterMs;
          now += afterMs;
          const delta = (Math.abs(to) % 10) - current;
          level.change(now, delta);
          current += delta;
        }
        const buckets = Math.floor(now / bucketMs) + 1;
        const sum = level
          .toMeans(buckets, buckets * bucketMs)
          .reduce((total, mean) => total + mean * bucketMs, 0);
        const exact = integral + current * (buckets * bucketMs - now);
        expect(level.integral(buckets * bucketMs)).toBeCloseTo(exact, 3);
        expect(Math.abs(sum - exact)).toBeLessThanOrEqual(exact * 1e-5);
        expect(level.toEnds(buckets).at(-1)).toBe(current);
      }),
    );
  });

  test("rounds means to six digits", () => {
    const level = new LevelSeries(3000);
    level.change(0, 1);
    level.change(1000, -1);
    expect(level.toMeans(1, 3000)).toEqual([0.333333]);
  });

  test("refuses time that goes backwards", () => {
    const level = new LevelSeries(10);
    level.change(5, 1);
    level.change(5, 1);
    expect(() => level.change(4, 1)).toThrow("backwards");
    expect(() => level.change(Number.NaN, 1)).toThrow(RangeError);
    expect(level.level).toBe(2);
  });
});

describe("PercentileSeries", () => {
  test("equals a histogram of its own for each bucket", () => {
    const samples = fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.nat(100_000)));
    fc.assert(
      fc.property(samples, (unsorted) => {
        const series = new PercentileSeries(500);
        const histograms = Array.from({ length: 11 }, () => new Histogram());
        for (const [atMs, valueMs] of unsorted.toSorted((a, b) => a[0] - b[0])) {
          series.record(atMs, valueMs);
          histograms[Math.floor(atMs / 500)]?.record(valueMs);
        }
        const columns = series.toArrays(11);
        expect(columns.p50).toEqual(histograms.map((h) => h.percentile(50)));
        expect(columns.p95).toEqual(histograms.map((h) => h.percentile(95)));
        expect(columns.p99).toEqual(histograms.map((h) => h.percentile(99)));
      }),
    );
  });

  test("reading in between changes nothing, and empty buckets are null", () => {
    const series = new PercentileSeries(100);
    series.record(0, 7);
    expect(series.toArrays(3).p99).toEqual([7, null, null]);
    series.record(0, 9);
    series.record(250, 1);
    expect(series.toArrays(4).p99).toEqual([9, null, 1, null]);
    expect(series.toArrays(1).p50).toEqual([7]);
  });

  test("refuses to go back to a bucket that is over", () => {
    const series = new PercentileSeries(100);
    series.record(100, 1);
    expect(() => series.record(99, 1)).toThrow("backwards");
    expect(() => series.record(Number.NaN, 1)).toThrow(RangeError);
  });
});
