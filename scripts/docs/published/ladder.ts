import { type HomepagePace, homepageLadder } from "@breakwater/scenario";
import { LADDER_REFERENCE } from "../../../packages/simulator/test-support/ladder-reference.ts";
import { mean, simulate, table } from "./simulate.ts";

const SEEDS = 20;

/** Every run of the ladder at one pace, beside the reference. */
export function publishedLadder(pace: HomepagePace): string {
  const rows = homepageLadder(pace).map(({ name, published, scenario }) => {
    const reference = LADDER_REFERENCE[name]?.[pace];
    const runs = simulate(scenario, SEEDS);
    const served = mean(runs, ({ summary }) => summary.servedInDuration);
    const tailS = mean(runs, ({ summary }) => summary.tailMs) / 1000;
    return [
      name,
      `${reference?.served ?? ""}`,
      `${Math.round(served)}`,
      reference?.tailS === undefined ? "" : `${reference.tailS} s`,
      reference?.tailS === undefined ? "" : `${tailS.toFixed(1)} s`,
      published ?? "(no result told)",
    ];
  });
  const head = ["Run", "Served, model", "Served, ours", "Tail, model", "Tail, ours", "Published"];
  return table(head, rows);
}
