import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

const MONTH_MS = 30 * 24 * 3600 * 1000;
/** Durations over the whole range, as many small as large ones. */
const durationMs = fc
  .double({ min: 0, max: Math.log2(MONTH_MS * 1000), noNaN: true })
  .map((log) => (2 ** log - 1) / 1000);
const durations = fc.array(durationMs, { minLength: 1, maxLength: 300 });
/** Tenths of a percent, so that the exact rank can be told in whole numbers. */
const tenths = fc.integer({ min: 1, max: 1000 });

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

const inMicroseconds = (ms: number) => Math.floor(ms * 1000 + 0.5);

describe("percentile", () => {
  test("is within 1/128 of the exact nearest rank, and never outside the recorded values", () => {
    fc.assert(
      fc.property(durations, tenths, (values, p) => {
        const sorted = values.map(inMicroseconds).sort((a, b) => a - b);
        const rank = Math.max(1, Math.ceil((p * sorted.length) / 1000));
        const exact = (sorted[rank - 1] as number) / 1000;
        const histogram = filled(values);
        const actual = histogram.percentile(p / 10) as number;
        expect(Math.abs(actual - exact)).toBeLessThanOrEqual(exact / 128);
        expect(actual).toBeGreaterThanOrEqual(histogram.minMs);
        expect(actual).toBeLessThanOrEqual(histogram.maxMs);
      }),
    );
  });

  test("is exact below 128 microseconds", () => {
    const histogram = filled([0.001, 0.05, 0.1, 0.127, 5]);
    expect([20, 40, 60, 80, 100].map((p) => histogram.percentile(p))).toEqual([
      0.001, 0.05, 0.1, 0.127, 5,
    ]);
  });

  test("takes the rank below when p x count / 100 is whole", () => {
    const histogram = filled(Array.from({ length: 1000 }, (_, i) => (i < 999 ? 1 : 1000)));
    expect(histogram.percentile(99.9)).toBeCloseTo(1, 1);
    expect(histogram.percentile(99.91)).toBe(1000);
  });

  test("grows with p", () => {
    fc.assert(
      fc.property(durations, tenths, tenths, (values, p, q) => {
        const histogram = filled(values);
        const [low, high] = [Math.min(p, q) / 10, Math.max(p, q) / 10];
        expect(histogram.percentile(low)).toBeLessThanOrEqual(histogram.percentile(high) as number);
      }),
    );
  });

  test("is null while empty and refuses what is no percentile", () => {
    const histogram = new Histogram();
    expect(histogram.percentile(50)).toBeNull();
    for (const p of [0, -1, 100.1, Number.NaN]) {
      expect(() => histogram.percentile(p)).toThrow(RangeError);
    }
  });
});

describe("record", () => {
  test("keeps count, sum and extremes exactly, in whole microseconds", () => {
    fc.assert(
      fc.property(durations, (values) => {
        const histogram = filled(values);
        const exact = values.map(inMicroseconds);
        expect(histogram.count).toBe(values.length);
        expect(histogram.sumMs).toBe(exact.reduce((a, b) => a + b, 0) / 1000);
        expect(histogram.minMs).toBe(Math.min(...exact) / 1000);
        expect(histogram.maxMs).toBe(Math.max(...exact) / 1000);
      }),
    );
  });

  test("clamps to 0 and 30 days", () => {
    const histogram = filled([-3, Number.POSITIVE_INFINITY]);
    expect([histogram.minMs, histogram.maxMs, histogram.count]).toEqual([0, MONTH_MS, 2]);
  });

  test("refuses NaN and is unchanged by it", () => {
    const histogram = filled([2]);
    expect(() => histogram.record(Number.NaN)).toThrow(RangeError);
    expect(histogram.toData()).toEqual(filled([2]).toData());
  });

  test("goes on in steps of one bin per 1/64 or so beyond 2^31 microseconds", () => {
    for (const us of [2 ** 31 - 1, 2 ** 31, 2 ** 31 + 2 ** 25, 2 ** 32, 2 ** 40]) {
      const { bins } = filled([us / 1000]).toData();
      const above = filled([(us * (1 + 1 / 64)) / 1000]).toData().bins;
      const gap = (above[0] as number) - (bins[0] as number);
      expect(gap).toBeGreaterThanOrEqual(1);
      expect(gap).toBeLessThanOrEqual(2);
    }
  });
});

describe("merge and clear", () => {
  test("merging equals recording everything in one", () => {
    fc.assert(
      fc.property(fc.array(durations, { maxLength: 4 }), (parts) => {
        const merged = new Histogram();
        for (const part of parts) merged.merge(filled(part));
        expect(merged.toData()).toEqual(filled(parts.flat()).toData());
      }),
    );
  });

  test("nothing is left after clear", () => {
    fc.assert(
      fc.property(durations, durations, (before, after) => {
        const histogram = filled(before);
        histogram.clear();
        expect(histogram.toData()).toEqual(new Histogram().toData());
        for (const value of after) histogram.record(value);
        expect(histogram.toData()).toEqual(filled(after).toData());
      }),
    );
  });
});

describe("data", () => {
  test("survive JSON", () => {
    fc.assert(
      fc.property(fc.array(durationMs), (values) => {
        const data = filled(values).toData();
        const read = Histogram.fromData(JSON.parse(JSON.stringify(data)));
        expect(read.toData()).toEqual(data);
      }),
    );
  });

  const good = filled([1, 2, 3]).toData();
  test.each([
    ["unit", { ...good, unit: "ms" }],
    ["same length", { ...good, counts: [1] }],
    ["ascending", { ...good, bins: good.bins.toReversed() }],
    ["below", { ...good, bins: [1, 2, 100_000] }],
    ["above 0", { ...good, counts: [3, 0, 0] }],
    ["sum of counts", { ...good, count: 4 }],
    ["first and the last bin", { ...good, minMs: 0.5 }],
    ["0 or more", { ...good, sumMs: Number.NaN }],
    ["0 when empty", { unit: "us", count: 0, sumMs: 1, minMs: 0, maxMs: 0, bins: [], counts: [] }],
    ["object", null],
  ])("are refused: %s", (message, data) => {
    expect(() => Histogram.fromData(data as never)).toThrow(message);
  });
});
