import { Histogram, type HistogramData, type RunResult } from "@breakwater/metrics";
import { problemText } from "@breakwater/policy";
import { checkScenario, type Scenario } from "@breakwater/scenario";
import { runScenario } from "../../run.ts";
import type { Measured } from "./published-result.ts";

/** Lives through a scenario with the seeds 1, 2, ...; its document is checked as a user's is. */
export function replicate(scenario: Scenario, replications: number): readonly RunResult[] {
  const checked = checkScenario(scenario);
  if (!checked.ok) throw new Error(checked.problems.map(problemText).join("\n"));
  return Array.from({ length: replications }, (_, i) =>
    runScenario(checked.scenario, { seed: i + 1 }),
  );
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The mean over independent replications and, for two or more of them, its standard error. */
export function estimate(values: readonly number[]): Measured {
  const ours = meanOf(values);
  if (values.length < 2) return { ours };
  const squares = values.reduce((sum, value) => sum + (value - ours) ** 2, 0);
  return { ours, standardError: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** The mean of `of` over the runs, with its standard error. */
export function over(runs: readonly RunResult[], of: (run: RunResult) => number): Measured {
  return estimate(runs.map(of));
}

/** Mean time of an answered call from its start to its end, in seconds. */
export function meanTimeS({ endToEnd: { latency } }: RunResult): number {
  return latency.answered.sumMs / latency.answered.count / 1000;
}

/** Attempts per call of the loads. */
export function attemptsPerLoadCall({ endToEnd }: RunResult): number {
  return endToEnd.attempts / endToEnd.calls;
}

/** Share of ended calls that were answered. */
export function answeredShare({ summary }: RunResult): number {
  return summary.successRate;
}

/** A value of a histogram is the middle of its bin: within this share of what was recorded. */
const BIN = 1 / 128;

/** The 99th percentile over the runs, in seconds; its error covers the width of a bin. */
export function percentile99(
  runs: readonly RunResult[],
  latencyOf: (run: RunResult) => HistogramData,
): Measured {
  const percentile = (run: RunResult) =>
    (Histogram.fromData(latencyOf(run)).percentile(99) ?? 0) / 1000;
  const { ours, standardError } = over(runs, percentile);
  return standardError === undefined
    ? { ours }
    : { ours, standardError: Math.hypot(standardError, ours * BIN) };
}
