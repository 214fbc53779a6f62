import { rounded } from "../group.ts";
import type { PairCounts, PairResult, Subject } from "./pairs.ts";

export const PAIR_COUNTS: PairCounts = { rounds: 200, turnMs: 150, users: 10 };

const ABOUT: Readonly<Record<Subject, string>> = {
  all: "all policies",
  none: "no policy",
  bare: "without Breakwater",
};

const LEAST_RATE = 0.95;

/** What the pairs found, and whether it keeps the promise. */
export function homepageTable(
  results: Readonly<Record<Subject, PairResult>>,
  { rounds, turnMs, users }: PairCounts,
): string {
  const { none } = results;
  const lines = (["all", "none", "bare"] as const).map((subject) => {
    const { pagesPerSecond, cpuMsPerPage } = results[subject];
    const rate = pagesPerSecond / none.pagesPerSecond;
    const cpu = cpuMsPerPage / none.cpuMsPerPage;
    const cells = [pagesPerSecond.toFixed(0), rate.toFixed(3), cpuMsPerPage.toFixed(3)];
    return `| ${ABOUT[subject]} | ${cells.join(" | ")} | ${cpu.toFixed(3)} |`;
  });
  const ratio = results.all.pagesPerSecond / none.pagesPerSecond;
  const met = ratio >= LEAST_RATE ? "met" : "missed";
  return [
    `Node ${process.versions.node}; ${users} users; ${rounds} turns of ${turnMs} ms for each.`,
    "",
    "| The homepage with | Pages per second | against no policy | CPU ms per page | against no policy |",
    "|---|--:|--:|--:|--:|",
    ...lines,
    "",
    "| Target | | Measured | |",
    "|---|--:|--:|---|",
    `| pages per second with all policies, against none | at least ${LEAST_RATE} | ${rounded(ratio)} | ${met} |`,
  ].join("\n");
}
