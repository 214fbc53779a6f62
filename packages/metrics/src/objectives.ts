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
    | "recoveryTime"
    | "collapseProbability";
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
  const judged = objectives.map((objective) => judgeOne(objective, actualOf(objective, parts)));
  const collapsed = parts.summary.metastable === true || missedOneOf(judged);
  return judged.map((one, i) =>
    one.metric === COLLAPSE ? judgeOne(objectives[i] as ObjectiveInput, collapsed ? 1 : 0) : one,
  );
}

export const COLLAPSE = "collapseProbability";

/** Compares a measured number with its objective. null: it could not be measured, which is a miss. */
export function judgeOne(objective: ObjectiveInput, actual: number | null): ObjectiveResult {
  const { metric, bound, value } = objective;
  const met = actual !== null && (bound === "atLeast" ? actual >= value : actual <= value);
  return { text: textOf(objective), metric, bound, value, actual, met };
}

/**
 * Whether a run collapsed: it ended metastable, or it missed an objective other than the probability of that itself.
 */
export function collapsed({
  summary,
  objectives,
}: Pick<RunResult, "summary" | "objectives">): boolean {
  return summary.metastable === true || missedOneOf(objectives);
}

function missedOneOf(objectives: readonly ObjectiveResult[]): boolean {
  return objectives.some(({ metric, met }) => metric !== COLLAPSE && !met);
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
    case "collapseProbability":
      return null;
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
    case "collapseProbability":
      return `probability of collapse ${limit} ${percent}`;
  }
}
