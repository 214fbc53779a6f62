import type { RunResult } from "./result.ts";
import { METRICS, type Metric, type Unit } from "./summary-metrics.ts";
import { formatExactMs } from "./text.ts";

export interface ComparisonRow {
  readonly metric: string;
  readonly unit: Unit;
  /** null: there was nothing to measure; for the time to recover also "never". */
  readonly a: number | null;
  readonly b: number | null;
  /** b - a; null when one of them is null. */
  readonly difference: number | null;
  /** b ÷ a; null when it cannot be told. */
  readonly ratio: number | null;
  /** What b is, seen from a. "different": the metric has no good direction, or only one of them was measured. */
  readonly change: "better" | "worse" | "same" | "different";
}

export interface Comparison {
  readonly a: string;
  readonly b: string;
  readonly rows: readonly ComparisonRow[];
  /** What makes the two less comparable: other load, other seed, simulated against live. */
  readonly cautions: readonly string[];
}

/** Two runs side by side: what b changed against a. */
export function compareRuns(a: RunResult, b: RunResult): Comparison {
  return {
    a: a.name,
    b: b.name,
    rows: METRICS.map((metric) => rowOf(metric, metric.of(a), metric.of(b))),
    cautions: cautionsOf(a, b),
  };
}

function rowOf({ name, unit, good }: Metric, a: number | null, b: number | null): ComparisonRow {
  const known = a !== null && b !== null;
  const difference = known ? b - a : null;
  const ratio = known && a !== 0 ? b / a : null;
  return { metric: name, unit, a, b, difference, ratio, change: changeOf(good, a, b) };
}

function changeOf(
  good: Metric["good"],
  a: number | null,
  b: number | null,
): ComparisonRow["change"] {
  if (a === b) return "same";
  if (a === null || b === null) return "different";
  // Differences in the last digits come from the order of additions.
  if (Math.abs(b - a) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))) return "same";
  if (good === "neither") return "different";
  return b > a === (good === "more") ? "better" : "worse";
}

function cautionsOf(a: RunResult, b: RunResult): string[] {
  const cautions: string[] = [];
  const alike = (what: string, of: (result: RunResult) => string) => {
    if (of(a) !== of(b)) cautions.push(`different ${what}: ${of(a)} and ${of(b)}`);
  };
  alike("modes", ({ mode }) => mode);
  alike("seeds", ({ seed }) => String(seed));
  alike("durations", ({ durationMs }) => formatExactMs(durationMs));
  alike("loads", loadsOf);
  alike("versions", ({ engine }) => engine);
  return cautions;
}

function loadsOf({ edges }: RunResult): string {
  const names = edges.filter(({ kind }) => kind === "load").map(({ name }) => name);
  return names.length === 0 ? "none" : names.join(", ");
}
