import {
  comparePairedShares,
  estimateMean,
  type MeanEstimate,
  type PairedShares,
} from "../statistics/intervals.ts";
import { METRICS, type Metric, type Unit } from "../summary-metrics.ts";
import type { Replications } from "./replications.ts";

/** What b changed against a, run by run with the same seeds. */
export interface PairedRow {
  readonly metric: string;
  readonly unit: Unit;
  /** Means over the pairs in which both were measured; null where there is none. */
  readonly a: number | null;
  readonly b: number | null;
  /** b - a, over those pairs. */
  readonly difference: MeanEstimate;
  /** better, worse: the interval leaves out 0; different: so it does, for a metric without a good direction. */
  readonly change: "better" | "worse" | "same" | "different" | "unclear";
}

export interface PairedComparison {
  readonly a: string;
  readonly b: string;
  /** Seeds that both have. */
  readonly pairs: number;
  readonly rows: readonly PairedRow[];
  readonly collapse: PairedShares & {
    readonly a: number | null;
    readonly b: number | null;
    readonly change: PairedRow["change"];
  };
}

/**
 * Pairs the runs of the two by their seeds. With common random numbers both of a pair see the same customers and the
 * same luck, so the interval of their differences is far narrower than the two intervals beside each other.
 */
export function compareReplications(a: Replications, b: Replications): PairedComparison {
  const ofB = new Map(b.runs.map((run) => [run.seed, run]));
  const pairs = a.runs.flatMap((run) => {
    const other = ofB.get(run.seed);
    return other === undefined ? [] : [[run, other] as const];
  });
  const rows = METRICS.map((metric) => {
    const values = pairs.flatMap(([first, second]) => {
      const x = first.numbers[metric.name] ?? null;
      const y = second.numbers[metric.name] ?? null;
      return x === null || y === null ? [] : [[x, y] as const];
    });
    const difference = estimateMean(values.map(([x, y]) => y - x));
    return {
      metric: metric.name,
      unit: metric.unit,
      a: estimateMean(values.map(([x]) => x)).mean,
      b: estimateMean(values.map(([, y]) => y)).mean,
      difference,
      change: changeOf(metric.good, difference),
    };
  });
  const shares = comparePairedShares(
    pairs.map(([first, second]) => [first.collapsed, second.collapsed] as const),
  );
  return {
    a: a.name,
    b: b.name,
    pairs: pairs.length,
    rows,
    collapse: {
      ...shares,
      a: a.collapse.share,
      b: b.collapse.share,
      change: changeOf("less", { ...shares, mean: shares.difference }),
    },
  };
}

function changeOf(
  good: Metric["good"],
  { mean, low, high }: Pick<MeanEstimate, "mean" | "low" | "high">,
): PairedRow["change"] {
  if (mean === null || low === null || high === null) return "unclear";
  if (low === 0 && high === 0) return "same";
  if (low <= 0 && high >= 0) return "unclear";
  if (good === "neither") return "different";
  return mean > 0 === (good === "more") ? "better" : "worse";
}
