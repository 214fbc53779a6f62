import type { Distribution } from "@breakwater/scenario";

/** Fewer samples than this say nothing about a distribution. */
export const FEWEST_SAMPLES = 10;

/** Spread, over the mean, up to which a time counts as always the same. */
const STEADY = 0.1;

interface Candidate {
  readonly distribution: Distribution;
  /** The share of times up to this many milliseconds. */
  readonly below: (ms: number) => number;
}

/**
 * The distribution that fits measured times best: a constant where they hardly differ; else whichever of the
 * exponential and the lognormal has the smaller greatest distance to the measured one (Kolmogorov and Smirnov).
 * @param samples at least FEWEST_SAMPLES, in milliseconds
 */
export function fitTimes(samples: readonly number[]): Distribution {
  const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
  const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / samples.length;
  if (Math.sqrt(variance) <= STEADY * mean) return millis(mean);
  const sorted = samples.toSorted((a, b) => a - b);
  const [best] = [exponential(mean), lognormal(samples)].toSorted(
    (a, b) => distance(sorted, a.below) - distance(sorted, b.below),
  );
  return (best as Candidate).distribution;
}

function exponential(mean: number): Candidate {
  return {
    distribution: { kind: "exponential", mean: millis(mean) },
    below: (ms) => -Math.expm1(-ms / mean),
  };
}

/** By the mean and the deviation of the logarithms. */
function lognormal(samples: readonly number[]): Candidate {
  const logs = samples.map((value) => Math.log(Math.max(value, 1e-3)));
  const mu = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const spread = logs.reduce((sum, value) => sum + (value - mu) ** 2, 0) / logs.length;
  const sigma = Math.min(10, Math.sqrt(spread));
  const mean = Math.exp(mu + (sigma * sigma) / 2);
  const rounded = Number(sigma.toPrecision(3));
  return {
    distribution: { kind: "lognormal", mean: millis(mean), sigma: rounded },
    below: (ms) => normalBelow((Math.log(Math.max(ms, 1e-3)) - mu) / (sigma || 1e-9)),
  };
}

function distance(sorted: readonly number[], below: (ms: number) => number): number {
  const { length } = sorted;
  return sorted.reduce((most, ms, index) => {
    const expected = below(ms);
    return Math.max(
      most,
      Math.abs(expected - index / length),
      Math.abs(expected - (index + 1) / length),
    );
  }, 0);
}

/** The normal distribution function, by Abramowitz and Stegun 26.2.17: within 7.5e-8. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}

/** As people write it: three digits. */
function millis(ms: number): string {
  return `${Number(Math.max(0.001, ms).toPrecision(3))}ms`;
}
