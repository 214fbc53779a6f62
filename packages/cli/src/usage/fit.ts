import type { Histogram } from "@breakwater/metrics";
import type { Distribution } from "@breakwater/scenario";

/** Percentiles where the measured distribution is cut into pieces; within a piece every duration is as likely. */
const CUTS = [1, 5, 10, 25, 50, 75, 90, 95, 99, 99.9] as const;

/** Standard normal quantiles of the percentiles that a fit is judged by. */
const JUDGED = [
  { percentile: 10, z: -1.2816 },
  { percentile: 25, z: -0.6745 },
  { percentile: 75, z: 0.6745 },
  { percentile: 90, z: 1.2816 },
  { percentile: 99, z: 2.3263 },
] as const;
const Z95 = 1.6449;

/** How far a percentile of the fit may be from the measured one. */
const TOLERANCE = 0.1;
/** Below this a shape is chance. */
const FEWEST_FOR_SHAPE = 200;
/** So few different durations are told one by one. */
const MOST_SINGLE = 20;

/**
 * A distribution that gives durations such as were measured: each of them where few differ; a lognormal one where its
 * percentiles are within 10 % of the measured ones, which says most in two numbers; and otherwise the measured
 * percentiles themselves.
 */
export function fitted(latency: Histogram): Distribution {
  if (latency.toData().bins.length <= MOST_SINGLE) return singles(latency);
  return lognormal(latency) ?? measured(latency);
}

/** Durations that differ so little in number that each can be named, as often as it was there. */
function singles(latency: Histogram): Distribution {
  const { counts } = latency.toData();
  const weights = new Map<string, number>();
  let seen = 0;
  for (const count of counts) {
    // The rank in the middle of those that are alike.
    const value = duration(latency.percentile(((seen + count / 2) * 100) / latency.count) ?? 0);
    weights.set(value, (weights.get(value) ?? 0) + count);
    seen += count;
  }
  const of = [...weights].map(([value, calls]) => {
    return { weight: rounded((calls * 100) / latency.count), value };
  });
  return of.length === 1 && of[0] !== undefined ? of[0].value : { kind: "mixture", of };
}

/** Through the median and the 95th percentile; its mean is exp(mu + sigma^2 / 2). */
function lognormal(latency: Histogram): Distribution | undefined {
  const median = latency.percentile(50) ?? 0;
  const p95 = latency.percentile(95) ?? 0;
  if (latency.count < FEWEST_FOR_SHAPE || median <= 0 || p95 <= median) return undefined;
  const sigma = Math.log(p95 / median) / Z95;
  const mean = median * Math.exp(sigma ** 2 / 2);
  const near = (fit: number, measured: number): boolean =>
    Math.abs(fit - measured) <= TOLERANCE * measured;
  const fits = JUDGED.every(({ percentile, z }) =>
    near(median * Math.exp(sigma * z), latency.percentile(percentile) ?? 0),
  );
  if (!fits || !near(mean, latency.sumMs / latency.count)) return undefined;
  return { kind: "lognormal", mean: duration(mean), sigma: rounded(sigma) };
}

/** The measured percentiles, and the shortest and the longest. */
function measured(latency: Histogram): Distribution {
  const percentiles: Record<string, string> = { "0": duration(latency.minMs) };
  let last = latency.minMs;
  for (const percentile of [...CUTS, 100]) {
    // A cut that no call lies behind says nothing.
    if (percentile < 100 && (latency.count * (100 - percentile)) / 100 < 1) continue;
    const found = latency.percentile(percentile) ?? 0;
    // What is as near as a histogram can tell is the same.
    last = found <= last * (1 + 1 / 64) ? last : found;
    percentiles[String(percentile)] = duration(last);
  }
  return { kind: "empirical", percentiles };
}

function duration(ms: number): string {
  // Logs measure microseconds at best, and so does a histogram.
  return `${Number(Math.round(rounded(ms) * 1000) / 1000)}ms`;
}

/** Four digits: more would tell of chance. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
