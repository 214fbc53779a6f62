import { rounded } from "../group.ts";
import type { PairCounts, runPairs } from "./pairs.ts";

export const PAIR_COUNTS: PairCounts = { rounds: 15, roundMs: 2000, users: 10 };

type Results = Awaited<ReturnType<typeof runPairs>>;
type Subject = keyof Results;

const ABOUT: Readonly<Record<Subject, string>> = {
  all: "all policies",
  none: "no policy",
  bare: "without Breakwater",
};

const LEAST_RATE = 0.95;

/** What the pairs found, and whether it keeps the promise. */
export function homepageTable(results: Results, { rounds, roundMs, users }: PairCounts): string {
  const lines = (["all", "none", "bare"] as const).map((subject) => {
    const { pagesPerSecond, cpuMsPerPage, rateRatio, cpuRatio } = results[subject];
    const cells = [pagesPerSecond.toFixed(0), rateRatio.toFixed(3), cpuMsPerPage.toFixed(3)];
    return `| ${ABOUT[subject]} | ${cells.join(" | ")} | ${cpuRatio.toFixed(3)} |`;
  });
  const { rateRatio } = results.all;
  const met = rateRatio >= LEAST_RATE ? "met" : "missed";
  return [
    `Node ${process.versions.node}; ${users} users; ${rounds} rounds of ${roundMs / 1000} s for each.`,
    "",
    "| The homepage with | Pages per second | against no policy | CPU ms per page | against no policy |",
    "|---|--:|--:|--:|--:|",
    ...lines,
    "",
    "| Target | | Measured | |",
    "|---|--:|--:|---|",
    `| pages per second with all policies, against none | at least ${LEAST_RATE} | ${rounded(rateRatio)} | ${met} |`,
  ].join("\n");
}
