import {
  formatFactor,
  formatMs,
  formatRate,
  formatShare,
  type ObjectiveResult,
  type OutcomeCounts,
  type OutcomeName,
  type RunResult,
} from "@breakwater/metrics";

/** Outcomes in the order in which reports list them, as reports call them. */
export const OUTCOME_WORDS = [
  ["ok", "ok"],
  ["fallback", "fallback"],
  ["timedOut", "timed out"],
  ["shortCircuited", "short-circuited"],
  ["rejected", "rejected"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
] as const satisfies readonly (readonly [OutcomeName, string])[];

/** "302 ok + 4 timed out": the outcomes that came about; `always` are told even at 0. */
export function outcomesInWords(
  outcomes: OutcomeCounts,
  count: (value: number) => string,
  always: readonly OutcomeName[] = [],
): string[] {
  return OUTCOME_WORDS.filter(([name]) => outcomes[name] > 0 || always.includes(name)).map(
    ([name, words]) => `${count(outcomes[name])} ${words}`,
  );
}

/** What an objective's metric came to, in its unit. */
export function actualInWords(objective: ObjectiveResult): string {
  const { metric, actual } = objective;
  if (actual === null) return metric === "recoveryTime" ? "never" : "no samples";
  switch (metric) {
    case "latency":
    case "recoveryTime":
      return formatMs(actual);
    case "goodput":
      return formatRate(actual);
    case "amplification":
      return formatFactor(actual);
    default:
      return formatShare(actual);
  }
}

export function msOrNone(value: number | null, none = "none"): string {
  return value === null ? none : formatMs(value);
}

/** Edges are named "a -> b" in results; people read an arrow faster. */
export function edgeTitle(name: string): string {
  return name.replaceAll("->", "→");
}

export function plural(count: number, word: string): string {
  return count === 1 ? `1 ${word}` : `${count} ${word}s`;
}

/** The verdict of a run in one line, for --quiet. */
export function verdictLine(result: RunResult): string {
  const { objectives, verdict, name } = result;
  if (verdict === "none") return `${name}: no objectives`;
  const missed = objectives.filter((objective) => !objective.met);
  if (missed.length === 0) return `${name}: met ${plural(objectives.length, "objective")}`;
  const texts = missed.map((objective) => `${objective.text} (${actualInWords(objective)})`);
  return `${name}: missed ${missed.length} of ${plural(objectives.length, "objective")}: ${texts.join("; ")}`;
}
