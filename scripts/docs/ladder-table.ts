import type { RunResult } from "@breakwater/metrics";
import { formatCount, formatMs } from "@breakwater/metrics";
import {
  checkScenario,
  type HomepagePace,
  homepageLadder,
  type Scenario,
} from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";

function run(scenario: Scenario): RunResult {
  const checked = checkScenario(scenario);
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join("\n"));
  return runScenario(checked.scenario);
}

function tail({ summary }: RunResult): string {
  return formatMs(Math.round(summary.tailMs / 1000) * 1000);
}

/** The homepage ladder at one pace as a Markdown table, from runs made now. */
export function ladderTable(pace: HomepagePace): string {
  const rows = homepageLadder(pace).map(({ name, scenario }) => {
    const result = run(scenario);
    const edge = result.edges.find((each) => each.name === "homepage -> recommendations");
    const { servedInDuration, p99Ms } = result.summary;
    const cells = [
      name,
      formatCount(servedInDuration),
      p99Ms === null ? "none" : formatMs(p99Ms),
      formatCount(edge?.attempts ?? 0),
      tail(result),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| run | pages served in 30 s | p99 | calls that recommendations got | still busy after the load |",
    "|---|--:|--:|--:|--:|",
    ...rows,
  ].join("\n");
}
