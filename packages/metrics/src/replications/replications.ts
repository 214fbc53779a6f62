import { Histogram } from "../histogram.ts";
import { COLLAPSE, judgeOne, type ObjectiveInput, verdictOf } from "../objectives.ts";
import type { HistogramData, ObjectiveResult, RunResult } from "../result.ts";
import {
  CONFIDENCE,
  estimateMean,
  estimateShare,
  type MeanEstimate,
  type ShareEstimate,
} from "../statistics/intervals.ts";
import { METRICS, type Unit } from "../summary-metrics.ts";
import type { RunDigest } from "./digest.ts";

export interface MetricEstimate extends MeanEstimate {
  readonly metric: string;
  readonly unit: Unit;
}

export interface Probability extends ShareEstimate {
  /** "collapse", "metastable", or "missed: ..." with the text of an objective. */
  readonly of: string;
}

/** Percentiles of the calls of all runs together, in milliseconds; null of no calls. */
export interface MergedLatency {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  readonly p999Ms: number | null;
  readonly histogram: HistogramData;
}

/** Many runs of one scenario that differ in their seeds only. */
export interface Replications {
  readonly format: "breakwater-replications/1";
  readonly engine: string;
  readonly name: string;
  /** The scenario's own; the first run has it, the others' follow from it. */
  readonly seed: number;
  /** Replications wanted; fewer are done where somebody interrupted. */
  readonly asked: number;
  readonly done: number;
  /** What intervals cover: 0.95. */
  readonly confidence: number;
  readonly collapse: Probability;
  /** Metastable ends, and a miss of each objective. */
  readonly probabilities: readonly Probability[];
  readonly metrics: readonly MetricEstimate[];
  readonly latency: { readonly answered: MergedLatency; readonly all: MergedLatency };
  /** Each on all runs together; see `gatherReplications`. */
  readonly objectives: readonly ObjectiveResult[];
  readonly verdict: RunResult["verdict"];
  /** Runs whose books do not balance, or in which Little's law fails: a fault of the engine. */
  readonly unsound: number;
  readonly runs: readonly Pick<
    RunDigest,
    "seed" | "verdict" | "metastable" | "collapsed" | "numbers"
  >[];
}

export interface Replicated {
  readonly engine: string;
  readonly name: string;
  readonly seed: number;
  readonly asked: number;
  readonly objectives: readonly ObjectiveInput[];
}

/**
 * What many runs say together, in the order of their digests.
 *
 * An objective is judged on all runs: the mean of the runs' numbers, for latency the percentile of the merged
 * histograms; it is missed where a run had nothing to measure (it never recovered, say). Objectives that bound the
 * probability of collapse are judged on the share of runs that collapsed; where there is one, these alone decide the
 * verdict, since they say how many runs may miss the rest.
 */
export function gatherReplications(of: Replicated, digests: readonly RunDigest[]): Replications {
  const done = digests.length;
  const objectives = done === 0 ? [] : judgeAll(of.objectives, digests);
  const bounds = objectives.filter(({ metric }) => metric === COLLAPSE);
  const share = (name: string, is: (digest: RunDigest) => boolean): Probability => ({
    of: name,
    ...estimateShare(digests.filter(is).length, done),
  });
  return {
    format: "breakwater-replications/1",
    engine: of.engine,
    name: of.name,
    seed: of.seed,
    asked: of.asked,
    done,
    confidence: CONFIDENCE,
    collapse: share("collapse", ({ collapsed }) => collapsed),
    probabilities: [
      share("metastable", ({ metastable }) => metastable),
      ...objectives.flatMap(({ metric, text }, i) =>
        metric === COLLAPSE
          ? []
          : [share(`missed: ${text}`, (run) => run.objectives[i]?.met === false)],
      ),
    ],
    metrics: METRICS.map(({ name, unit }) => ({
      metric: name,
      unit,
      ...estimateMean(digests.flatMap(({ numbers }) => numbers[name] ?? [])),
    })),
    latency: { answered: merged(digests, "answered"), all: merged(digests, "all") },
    objectives,
    verdict: verdictOf(bounds.length > 0 ? bounds : objectives),
    unsound: digests.filter(({ sound }) => !sound).length,
    runs: digests.map(({ seed, verdict, metastable, collapsed, numbers }) => ({
      seed,
      verdict,
      metastable,
      collapsed,
      numbers,
    })),
  };
}

function judgeAll(
  objectives: readonly ObjectiveInput[],
  digests: readonly RunDigest[],
): ObjectiveResult[] {
  return objectives.map((objective, i) => {
    const { metric, of, percentile } = objective;
    if (metric === COLLAPSE) {
      return judgeOne(objective, estimateShare(count(digests), digests.length).share);
    }
    if (metric === "latency") {
      return judgeOne(objective, mergedHistogram(digests, of).percentile(percentile));
    }
    const actuals = digests.map((digest) => digest.objectives[i]?.actual ?? null);
    const known = actuals.filter((actual) => actual !== null);
    const actual = known.length < actuals.length ? null : estimateMean(known).mean;
    return judgeOne(objective, actual);
  });
}

const count = (digests: readonly RunDigest[]) =>
  digests.filter(({ collapsed }) => collapsed).length;

function mergedHistogram(digests: readonly RunDigest[], of: "answered" | "all"): Histogram {
  const all = new Histogram();
  for (const { latency } of digests) all.merge(Histogram.fromData(latency[of]));
  return all;
}

function merged(digests: readonly RunDigest[], of: "answered" | "all"): MergedLatency {
  const histogram = mergedHistogram(digests, of);
  return {
    p50Ms: histogram.percentile(50),
    p95Ms: histogram.percentile(95),
    p99Ms: histogram.percentile(99),
    p999Ms: histogram.percentile(99.9),
    histogram: histogram.toData(),
  };
}
