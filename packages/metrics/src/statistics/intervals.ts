import { studentQuantile } from "./student.ts";

/** All intervals of this package cover the truth with this probability. */
export const CONFIDENCE = 0.95;
/** The normal quantile that belongs to it, two-sided. */
const Z = 1.959963984540054;

/** A mean over independent runs. */
export interface MeanEstimate {
  /** Values that it is the mean of. */
  readonly runs: number;
  /** null of nothing. */
  readonly mean: number | null;
  /** 95 % confidence interval by Student's t; null for fewer than two values. */
  readonly low: number | null;
  readonly high: number | null;
  /** Standard deviation of the values (n - 1); null for fewer than two. */
  readonly deviation: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export function estimateMean(values: readonly number[]): MeanEstimate {
  const runs = values.length;
  if (runs === 0) {
    return { runs, mean: null, low: null, high: null, deviation: null, min: null, max: null };
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / runs;
  const min = values.reduce((least, value) => Math.min(least, value));
  const max = values.reduce((most, value) => Math.max(most, value));
  if (runs === 1) return { runs, mean, low: null, high: null, deviation: null, min, max };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (runs - 1));
  const margin = (studentQuantile(CONFIDENCE, runs - 1) * deviation) / Math.sqrt(runs);
  return { runs, mean, low: mean - margin, high: mean + margin, deviation, min, max };
}

/** How often something was so in independent runs. */
export interface ShareEstimate {
  readonly runs: number;
  readonly times: number;
  /** times ÷ runs; null of no runs. */
  readonly share: number | null;
  /** 95 % confidence interval of the probability: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209. */
  readonly low: number | null;
  readonly high: number | null;
}

export function estimateShare(times: number, runs: number): ShareEstimate {
  if (runs === 0) return { runs, times, share: null, low: null, high: null };
  const share = times / runs;
  const z2 = Z * Z;
  const middle = (share + z2 / (2 * runs)) / (1 + z2 / runs);
  const margin =
    (Z * Math.sqrt((share * (1 - share)) / runs + z2 / (4 * runs * runs))) / (1 + z2 / runs);
  return {
    runs,
    times,
    share,
    low: times === 0 ? 0 : Math.max(0, middle - margin),
    high: times === runs ? 1 : Math.min(1, middle + margin),
  };
}

/** The difference of two probabilities, b - a, from pairs of runs. */
export interface PairedShares {
  readonly pairs: number;
  /** Share of pairs in which only b was so, less that in which only a was. */
  readonly difference: number | null;
  /** 95 % interval: A. Agresti and Y. Min, Statistics in Medicine 24 (2005) 729, half a pair added to each cell. */
  readonly low: number | null;
  readonly high: number | null;
}

export function comparePairedShares(
  pairs: readonly (readonly [a: boolean, b: boolean])[],
): PairedShares {
  const n = pairs.length;
  if (n === 0) return { pairs: 0, difference: null, low: null, high: null };
  const onlyA = pairs.filter(([a, b]) => a && !b).length;
  const onlyB = pairs.filter(([a, b]) => b && !a).length;
  const middle = (onlyB - onlyA) / (n + 2);
  const spread = onlyA + onlyB + 1 - (onlyB - onlyA) ** 2 / (n + 2);
  const margin = (Z * Math.sqrt(spread)) / (n + 2);
  return {
    pairs: n,
    difference: (onlyB - onlyA) / n,
    low: Math.max(-1, middle - margin),
    high: Math.min(1, middle + margin),
  };
}
