import type { ResolvedDistribution } from "../resolved/distribution.ts";
import { deriveHi, deriveLo, uniform } from "./random.ts";

/** A draw in milliseconds, never negative, that depends on the key and the purpose alone. */
export type Sampler = (hi: number, lo: number, purpose: number) => number;

/** By inversion or a closed formula, so that each sample takes a fixed number of uniforms. */
export function makeSampler(distribution: ResolvedDistribution): Sampler {
  switch (distribution.kind) {
    case "constant": {
      const { value } = distribution;
      return () => value;
    }
    case "uniform":
      return uniformSampler(distribution.min, distribution.max, distribution.step);
    case "exponential": {
      const { mean } = distribution;
      return (hi, lo, purpose) => -mean * Math.log1p(-uniform(hi, lo, purpose));
    }
    case "erlang":
      return erlangSampler(distribution.mean, distribution.shape);
    case "normal": {
      const { mean, deviation } = distribution;
      return (hi, lo, purpose) => Math.max(0, mean + deviation * gaussian(hi, lo, purpose));
    }
    case "lognormal": {
      const { mean, sigma } = distribution;
      // The mean of exp(N(mu, sigma)) is exp(mu + sigma^2 / 2).
      const mu = Math.log(mean) - (sigma * sigma) / 2;
      return (hi, lo, purpose) => Math.exp(mu + sigma * gaussian(hi, lo, purpose));
    }
    case "pareto": {
      const { min, shape } = distribution;
      return (hi, lo, purpose) => min / (1 - uniform(hi, lo, purpose)) ** (1 / shape);
    }
    case "weibull": {
      const { scale, shape } = distribution;
      return (hi, lo, purpose) => scale * (-Math.log1p(-uniform(hi, lo, purpose))) ** (1 / shape);
    }
    case "empirical":
      return empiricalSampler(distribution.points);
    case "mixture":
      return mixtureSampler(distribution.of);
  }
}

function uniformSampler(min: number, max: number, step: number): Sampler {
  if (step === 0) return (hi, lo, purpose) => min + uniform(hi, lo, purpose) * (max - min);
  const values = Math.floor((max - min) / step + 1e-9) + 1;
  return (hi, lo, purpose) => min + step * Math.floor(uniform(hi, lo, purpose) * values);
}

function erlangSampler(mean: number, shape: number): Sampler {
  return (hi, lo, purpose) => {
    const ownHi = deriveHi(hi, lo, purpose);
    const ownLo = deriveLo(hi, lo, purpose);
    let sum = 0;
    for (let i = 0; i < shape; i++) sum -= Math.log1p(-uniform(ownHi, ownLo, i));
    return (mean / shape) * sum;
  };
}

/** Box-Muller, one of the pair. */
function gaussian(hi: number, lo: number, purpose: number): number {
  const ownHi = deriveHi(hi, lo, purpose);
  const ownLo = deriveLo(hi, lo, purpose);
  const radius = Math.sqrt(-2 * Math.log1p(-uniform(ownHi, ownLo, 0)));
  return radius * Math.cos(2 * Math.PI * uniform(ownHi, ownLo, 1));
}

function mixtureSampler(
  of: readonly { readonly weight: number; readonly value: ResolvedDistribution }[],
): Sampler {
  const parts = of.map(({ weight, value }) => ({ weight, sample: makeSampler(value) }));
  return (hi, lo, purpose) => {
    const ownHi = deriveHi(hi, lo, purpose);
    const ownLo = deriveLo(hi, lo, purpose);
    let left = uniform(ownHi, ownLo, 0);
    for (const { weight, sample } of parts) {
      if (left < weight) return sample(ownHi, ownLo, 1);
      left -= weight;
    }
    // Weights add up to 1 but for rounding.
    return (parts[parts.length - 1] as (typeof parts)[number]).sample(ownHi, ownLo, 1);
  };
}

/** The inverse of the distribution function, found by halving. */
function empiricalSampler(points: readonly { readonly u: number; readonly ms: number }[]): Sampler {
  const us = points.map(({ u }) => u);
  const ms = points.map((point) => point.ms);
  return (hi, lo, purpose) => {
    const u = uniform(hi, lo, purpose);
    let below = 0;
    let above = us.length - 1;
    while (above - below > 1) {
      const middle = (below + above) >> 1;
      if ((us[middle] as number) <= u) below = middle;
      else above = middle;
    }
    const from = us[below] as number;
    const width = (us[above] as number) - from;
    const start = ms[below] as number;
    return width === 0 ? start : start + ((u - from) / width) * ((ms[above] as number) - start);
  };
}
