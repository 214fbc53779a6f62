import type { RunResult } from "@breakwater/metrics";
import { conserved } from "@breakwater/metrics";
import { checkScenario, type Scenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";

/** One run per seed, from seed 1 on. */
export function simulate(scenario: Scenario, seeds = 1): RunResult[] {
  const checked = checkScenario(scenario);
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join("\n"));
  return Array.from({ length: seeds }, (_, index) => {
    const result = runScenario(checked.scenario, { seed: index + 1 });
    if (!conserved(result.conservation)) throw new Error(`${result.name}: calls were lost`);
    return result;
  });
}

export function mean(runs: readonly RunResult[], of: (run: RunResult) => number): number {
  return runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
}

/** A Markdown table; the first column is text, the others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = `|---|${"--:|".repeat(head.length - 1)}`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
