import type { CheckedDistribution } from "../checked/distribution.ts";
import type { ResolvedDistribution } from "../resolved/distribution.ts";

type Empirical = Extract<CheckedDistribution, { kind: "empirical" }>;
type Points = Extract<ResolvedDistribution, { kind: "empirical" }>["points"];

export function resolveDistribution(distribution: CheckedDistribution): ResolvedDistribution {
  if (typeof distribution === "number") return { kind: "constant", value: distribution };
  switch (distribution.kind) {
    case "uniform":
      return { ...distribution, step: distribution.step ?? 0 };
    case "bimodal": {
      const { low, high, share } = distribution;
      const of = [
        { weight: 1 - share, value: { kind: "constant", value: low } as const },
        { weight: share, value: { kind: "constant", value: high } as const },
      ];
      return { kind: "mixture", of };
    }
    case "empirical":
      return { kind: "empirical", points: empiricalPoints(distribution) };
    case "mixture": {
      const total = distribution.of.reduce((sum, { weight }) => sum + weight, 0);
      const of = distribution.of.map(({ weight, value }) => ({
        weight: weight / total,
        value: resolveDistribution(value),
      }));
      return { kind: "mixture", of };
    }
    default:
      return distribution;
  }
}

/** The percentiles of an empirical distribution in order, each with its value. */
export function percentilePairs(
  percentiles: Readonly<Record<string, number>>,
): readonly (readonly [percentile: number, ms: number])[] {
  return Object.entries(percentiles)
    .map(([percentile, ms]) => [Number(percentile), ms] as const)
    .toSorted(([a], [b]) => a - b);
}

function empiricalPoints({ percentiles, histogram = [], min }: Empirical): Points {
  if (percentiles !== undefined) {
    const pairs = percentilePairs(percentiles);
    const points = pairs.map(([percentile, ms]) => ({ u: percentile / 100, ms }));
    const lowest = points[0]?.ms ?? 0;
    const highest = points.at(-1)?.ms ?? 0;
    return [{ u: 0, ms: lowest }, ...points, { u: 1, ms: highest }];
  }
  const total = histogram.reduce((sum, { count }) => sum + count, 0);
  const points = [{ u: 0, ms: min }];
  let seen = 0;
  for (const { upTo, count } of histogram) {
    seen += count;
    points.push({ u: seen / total, ms: upTo });
  }
  return points;
}
