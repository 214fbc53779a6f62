/**
 * Each distribution is held against its closed form with one fixed key: the mean and the variance within four standard
 * errors, and the largest distance between the two distribution functions (Kolmogorov and Smirnov) below 1.95 / sqrt(n),
 * which true samples exceed once in a thousand.
 */

import { describe, expect, test } from "vitest";
import type { ResolvedDistribution } from "../resolved/distribution.ts";
import { makeSampler } from "./distributions.ts";
import { derive, seedKey } from "./random.ts";

const N = 40_000;
const root = seedKey(77);

function samples(distribution: ResolvedDistribution, count = N): number[] {
  const sample = makeSampler(distribution);
  return Array.from({ length: count }, (_, i) => {
    const { hi, lo } = derive(root, i);
    return sample(hi, lo, 3);
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;

/** Abramowitz and Stegun 7.1.26: off by at most 1.5e-7. */
function normalCdf(z: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(z)) / Math.SQRT2);
  const poly =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (poly * Math.exp((-z * z) / 2)) / 2;
  return z >= 0 ? 1 - tail : tail;
}

interface ClosedForm {
  readonly distribution: ResolvedDistribution;
  readonly mean: number;
  readonly variance: number;
  readonly cdf: (x: number) => number;
}

const exponential = { kind: "exponential", mean: 20 } as const;
const far = { kind: "uniform", min: 100, max: 140, step: 0 } as const;
const farCdf = (x: number): number => Math.min(1, Math.max(0, (x - 100) / 40));

const forms: readonly ClosedForm[] = [
  {
    distribution: { kind: "uniform", min: 10, max: 30, step: 0 },
    mean: 20,
    variance: 400 / 12,
    cdf: (x) => (x - 10) / 20,
  },
  {
    // Half of it even between 10 and 20, half between 20 and 60: the means and squares of two even pieces.
    distribution: {
      kind: "empirical",
      points: [
        { u: 0, ms: 10 },
        { u: 0.5, ms: 20 },
        { u: 1, ms: 60 },
      ],
    },
    mean: (15 + 40) / 2,
    variance: (15 ** 2 + 100 / 12 + 40 ** 2 + 1600 / 12) / 2 - 27.5 ** 2,
    cdf: (x) => (x < 20 ? (x - 10) / 20 : 0.5 + (x - 20) / 80),
  },
  { distribution: exponential, mean: 20, variance: 400, cdf: (x) => 1 - Math.exp(-x / 20) },
  {
    distribution: { kind: "erlang", mean: 30, shape: 3 },
    mean: 30,
    variance: 300,
    cdf: (x) => 1 - Math.exp(-x / 10) * (1 + x / 10 + (x / 10) ** 2 / 2),
  },
  {
    distribution: { kind: "normal", mean: 100, deviation: 10 },
    mean: 100,
    variance: 100,
    cdf: (x) => normalCdf((x - 100) / 10),
  },
  {
    distribution: { kind: "lognormal", mean: 50, sigma: 0.5 },
    mean: 50,
    variance: 2500 * (Math.exp(0.25) - 1),
    cdf: (x) => normalCdf((Math.log(x) - (Math.log(50) - 0.125)) / 0.5),
  },
  {
    distribution: { kind: "pareto", min: 10, shape: 6 },
    mean: 12,
    variance: 600 / (25 * 4),
    cdf: (x) => 1 - (10 / x) ** 6,
  },
  {
    distribution: { kind: "weibull", scale: 10, shape: 2 },
    mean: 5 * Math.sqrt(Math.PI),
    variance: 100 * (1 - Math.PI / 4),
    cdf: (x) => 1 - Math.exp(-((x / 10) ** 2)),
  },
  {
    distribution: {
      kind: "mixture",
      of: [
        { weight: 0.9, value: exponential },
        { weight: 0.1, value: far },
      ],
    },
    mean: 30,
    variance: 0.9 * (400 + 400) + 0.1 * (1600 / 12 + 120 ** 2) - 900,
    cdf: (x) => 0.9 * (1 - Math.exp(-x / 20)) + 0.1 * farCdf(x),
  },
];

describe.each(forms.map((form) => [form.distribution.kind, form] as const))("%s", (_kind, form) => {
  const values = samples(form.distribution);
  const average = mean(values);
  const squares = values.map((x) => (x - average) ** 2);
  const variance = mean(squares);

  test("has its mean", () => {
    expect(Math.abs(average - form.mean)).toBeLessThan(4 * Math.sqrt(form.variance / N));
  });
  test("has its variance", () => {
    const fourth = mean(squares.map((square) => square ** 2));
    const error = Math.sqrt((fourth - variance ** 2) / N);
    expect(Math.abs(variance - form.variance)).toBeLessThan(4 * error);
  });
  test("has its distribution function", () => {
    const sorted = values.toSorted((a, b) => a - b);
    const distances = sorted.map((x, i) => {
      const p = form.cdf(x);
      return Math.max(Math.abs(p - i / N), Math.abs(p - (i + 1) / N));
    });
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(N));
  });
  test("is never negative, and depends on the key and the purpose alone", () => {
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(samples(form.distribution, 100)).toEqual(values.slice(0, 100));
    const sample = makeSampler(form.distribution);
    expect(sample(1, 2, 3)).not.toBe(sample(1, 2, 4));
  });
});

test("a constant is always itself", () => {
  expect(new Set(samples({ kind: "constant", value: 12.5 }, 100))).toEqual(new Set([12.5]));
});

test("a uniform with a step has all its values, both ends included, alike", () => {
  const values = samples({ kind: "uniform", min: 10, max: 11, step: 0.25 });
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([10, 10.25, 10.5, 10.75, 11]);
  const error = Math.sqrt(N * 0.2 * 0.8);
  for (const count of counts.values()) expect(Math.abs(count - N / 5)).toBeLessThan(4 * error);
});

test("a step that does not fit the span stops below its end", () => {
  const values = samples({ kind: "uniform", min: 0, max: 10, step: 4 }, 1000);
  expect(new Set(values)).toEqual(new Set([0, 4, 8]));
});

test("a normal counts what falls below 0 as 0", () => {
  const values = samples({ kind: "normal", mean: 5, deviation: 10 });
  const zeros = values.filter((value) => value === 0).length / N;
  const expected = normalCdf(-0.5);
  expect(Math.abs(zeros - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / N));
  expect(Math.min(...values)).toBe(0);
});
