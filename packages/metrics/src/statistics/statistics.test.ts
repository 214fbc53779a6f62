import { describe, expect, test } from "vitest";
import { comparePairedShares, estimateMean, estimateShare } from "./intervals.ts";
import { studentQuantile, studentWithin } from "./student.ts";

describe("Student's t", () => {
  // Every table of the distribution has these.
  test.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [9, 2.262],
    [10, 2.228],
    [39, 2.023],
    [120, 1.98],
  ])("%i degrees of freedom: %f", (degrees, expected) => {
    expect(studentQuantile(0.95, degrees)).toBeCloseTo(expected, 3);
  });

  test("a quantile undoes the probability", () => {
    for (const degrees of [1, 2, 5, 8, 37, 400]) {
      const t = studentQuantile(0.99, degrees);
      expect(studentWithin(t, degrees)).toBeCloseTo(0.99, 9);
    }
  });

  test("refuses what is no degree or no probability", () => {
    expect(() => studentQuantile(0.95, 0)).toThrow("whole number from 1 on: 0");
    expect(() => studentQuantile(0.95, 1.5)).toThrow("1.5");
    expect(() => studentQuantile(1, 3)).toThrow("between 0 and 1: 1");
  });
});

describe("a mean", () => {
  test("has the interval of a textbook", () => {
    // n = 5, mean 3, s = sqrt(2.5): 3 +- 2.776 x 0.7071.
    const { mean, low, high, deviation, min, max } = estimateMean([1, 2, 3, 4, 5]);
    expect({ mean, min, max }).toEqual({ mean: 3, min: 1, max: 5 });
    expect(deviation).toBeCloseTo(Math.sqrt(2.5), 12);
    expect(low).toBeCloseTo(3 - 1.9632, 3);
    expect(high).toBeCloseTo(3 + 1.9632, 3);
  });

  test("of one value has no interval, of none no mean", () => {
    expect(estimateMean([7])).toMatchObject({ runs: 1, mean: 7, low: null, high: null });
    expect(estimateMean([])).toMatchObject({ runs: 0, mean: null, min: null });
  });

  test("covers the truth in about 95 % of samples", () => {
    // A fixed stream of halves of a linear congruential generator: uniform values, mean 0.5.
    let state = 12345;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    let covered = 0;
    for (let i = 0; i < 1000; i++) {
      const { low, high } = estimateMean(Array.from({ length: 10 }, next));
      if ((low as number) <= 0.5 && (high as number) >= 0.5) covered++;
    }
    expect(covered).toBeGreaterThan(925);
    expect(covered).toBeLessThan(975);
  });
});

describe("a probability", () => {
  test("Wilson's interval, with the numbers of R's prop.test without correction", () => {
    const { share, low, high } = estimateShare(10, 40);
    expect(share).toBe(0.25);
    expect(low).toBeCloseTo(0.1419, 4);
    expect(high).toBeCloseTo(0.4019, 4);
  });

  test("never in 40 runs still leaves room", () => {
    const { low, high } = estimateShare(0, 40);
    expect(low).toBe(0);
    expect(high).toBeCloseTo(0.0876, 4);
    expect(estimateShare(40, 40).high).toBe(1);
    expect(estimateShare(0, 0)).toMatchObject({ share: null, low: null });
  });

  test("pairs: what only one of the two did", () => {
    const pairs = [
      ...Array<[boolean, boolean]>(20).fill([true, false]),
      ...Array<[boolean, boolean]>(20).fill([true, true]),
    ];
    const { pairs: n, difference, low, high } = comparePairedShares(pairs);
    expect({ n, difference }).toEqual({ n: 40, difference: -0.5 });
    expect(high).toBeLessThan(0);
    expect(low).toBeGreaterThan(-0.7);
    const alike = comparePairedShares(pairs.map(() => [false, false]));
    expect(alike.low).toBeLessThan(0);
    expect(alike.high).toBeGreaterThan(0);
  });
});
