import { Histogram } from "./histogram.ts";
import type { EdgeResult, ObjectiveResult, RunResult, Summary } from "./result.ts";
import { endedOf } from "./summary.ts";
import { formatExactMs } from "./text.ts";

/** An objective of a scenario, with its defaults filled in. */
export interface ObjectiveInput {
  readonly metric:
    | "successRate"
    | "okRate"
    | "goodput"
    | "latency"
    | "amplification"
    | "wastedWork"
    | "recoveryTime";
  readonly bound: "atLeast" | "atMost";
  /** Milliseconds, share, per second or factor, by metric. */
  readonly value: number;
  /** 0 < percentile <= 100; for latency only. */
  readonly percentile: number;
  /** For latency only. */
  readonly of: "answered" | "all";
}

export interface JudgedParts {
  readonly endToEnd: Pick<EdgeResult, "outcomes" | "latency">;
  readonly summary: Summary;
}

/** Compares a run with its objectives, in their order. What could not be measured is missed. */
export function judge(
  objectives: readonly ObjectiveInput[],
  parts: JudgedParts,
): ObjectiveResult[] {
  return objectives.map((objective) => {
    const { metric, bound, value } = objective;
    const actual = actualOf(objective, parts);
    const met = actual !== null && (bound === "atLeast" ? actual >= value : actual <= value);
    return { text: textOf(objective), metric, bound, value, actual, met };
  });
}

export function verdictOf(results: readonly ObjectiveResult[]): RunResult["verdict"] {
  if (results.length === 0) return "none";
  return results.every(({ met }) => met) ? "met" : "missed";
}

function actualOf(objective: ObjectiveInput, { endToEnd, summary }: JudgedParts): number | null {
  switch (objective.metric) {
    case "successRate":
    case "okRate":
      return endedOf(endToEnd.outcomes) === 0 ? null : summary[objective.metric];
    case "goodput":
    case "amplification":
    case "wastedWork":
      return summary[objective.metric];
    case "recoveryTime":
      return summary.recoveryMs;
    case "latency":
      return Histogram.fromData(endToEnd.latency[objective.of]).percentile(objective.percentile);
  }
}

function textOf({ metric, bound, value, percentile, of }: ObjectiveInput): string {
  const limit = bound === "atLeast" ? "at least" : "at most";
  const percent = `${Number((value * 100).toPrecision(12))} %`;
  switch (metric) {
    case "successRate":
      return `share of calls answered ${limit} ${percent}`;
    case "okRate":
      return `share of calls answered in full ${limit} ${percent}`;
    case "goodput":
      return `answered calls per second ${limit} ${value}`;
    case "latency": {
      const calls = of === "answered" ? "answered calls" : "all calls that ended";
      return `p${percentile} latency of ${calls} ${limit} ${formatExactMs(value)}`;
    }
    case "amplification":
      return `attempts per call, end to end, ${limit} ${value}`;
    case "wastedWork":
      return `share of busy time wasted ${limit} ${percent}`;
    case "recoveryTime":
      return `time to recover after the last fault ${limit} ${formatExactMs(value)}`;
  }
}
