import type { RunResult } from "@breakwater/metrics";
import { type HomepagePace, homepage, homepageLadder, type Scenario } from "@breakwater/scenario";
import type { PublishedResult } from "./published-result.ts";
import { meanOf, over, replicate } from "./replicate.ts";
import { absolute, atMost, EXACT, relative } from "./tolerance.ts";

const BROOKINS =
  "A. Brookins, Demonstrating Timeouts, Retries, and Circuit Breakers with an Outage Simulator (2018)";

/** What a model of his system that was written independently gives: pages in 30 s and the tail in seconds, per pace. */
const PREDICTED: Readonly<Record<string, Readonly<Record<HomepagePace, readonly number[]>>>> = {
  baseline: { fast: [7992], calibrated: [240] },
  outage: { fast: [12_000], calibrated: [432] },
  "outage, circuit breakers": { fast: [12_000], calibrated: [432] },
  "slow, no timeout": { fast: [28, 10], calibrated: [25, 11] },
  "slow, circuit breakers only": { fast: [28, 10], calibrated: [25, 11] },
  "slow, 0.5 s timeout": { fast: [456, 411], calibrated: [224, 207] },
  "slow, 5 s timeout": { fast: [40, 21], calibrated: [40, 24] },
  "slow, retries only": { fast: [28, 10], calibrated: [25, 11] },
  "slow, 0.5 s timeout, retries": { fast: [112, 432], calibrated: [88, 365] },
  "slow, 0.5 s timeout, circuit breakers": { fast: [11_000, 11], calibrated: [392, 14] },
  "slow, 1 s timeout": { fast: [232, 201], calibrated: [152, 136] },
  "slow, 1 s timeout, circuit breakers": { fast: [10_000, 11], calibrated: [360, 14] },
  "slow, 3 s timeout, retries": { fast: [16, 71], calibrated: [16, 78] },
};

const served = ({ summary }: RunResult): number => summary.servedInDuration;
const tailS = ({ summary }: RunResult): number => summary.tailMs / 1000;

function ladderRun(pace: HomepagePace, name: string, scenario: Scenario): PublishedResult {
  const [pages = 0, tail] = PREDICTED[name]?.[pace] ?? [];
  const tailRow = {
    quantity: "how long a worker is still busy after that",
    unit: "s",
    theirs: tail ?? 0,
    tolerance: relative(0.1),
  };
  return {
    name: `homepage, ${pace}: ${name}`,
    source: `${BROOKINS}, in an independent model of his system`,
    rows: [
      { quantity: "pages in 30 s", unit: "pages", theirs: pages, tolerance: relative(0.05) },
      ...(tail === undefined ? [] : [tailRow]),
    ],
    run() {
      // Without a slow service nothing in these runs is random.
      const runs = replicate(scenario, name.startsWith("slow") ? 20 : 1);
      const ours = [{ ours: over(runs, served).ours }];
      return tail === undefined ? ours : [...ours, { ours: over(runs, tailS).ours }];
    },
  };
}

const RUNS = (["calibrated", "fast"] as const).flatMap((pace) =>
  homepageLadder(pace).map(({ name, scenario }) => ladderRun(pace, name, scenario)),
);

const BREAKER_CALLS: PublishedResult = {
  name: "homepage: calls until all breakers are open",
  source: `${BROOKINS}: 8 workers with a breaker each, 5 failures`,
  rows: [
    { quantity: "calls to the slow service", unit: "calls", theirs: 40, tolerance: EXACT },
    { quantity: "calls to the refused service", unit: "calls", theirs: 40, tolerance: EXACT },
  ],
  run: () =>
    (["slow", "refused"] as const).map((fault) => {
      const scenario = homepage({ pace: "fast", fault, timeout: 0.5, circuitBreakers: true });
      return over(replicate(scenario, 1), recommendationAttempts);
    }),
};

function recommendationAttempts({ edges }: RunResult): number {
  const edge = edges.find(({ name }) => name === "homepage -> recommendations");
  return edge?.attempts ?? 0;
}

/** Where recommendations are refused for 60 s; retries that wait make the pages slow until the breakers open. */
const PICTURE: Scenario = (() => {
  const { faults, ...healthy } = homepage({ pace: "calibrated", fault: "none", duration: "150s" });
  return {
    ...healthy,
    bucket: "10s",
    policies: {
      ...healthy.policies,
      recommendations: {
        idempotent: true,
        timeout: "60s",
        fallback: { value: [] },
        retry: { attempts: 4, backoff: { kind: "constant", base: "7s", jitter: "none" } },
        circuitBreaker: {
          window: { kind: "consecutive", failures: 5 },
          openFor: "30s",
          halfOpen: { trials: 1 },
        },
      },
    },
    faults: [{ kind: "refused", service: "recommendations", at: "30s", for: "40s" }],
  };
})();

/** Pages per bucket of 10 s, from bucket to bucket, as a share of those before the fault. */
function shareOfBefore({ endToEnd: { series } }: RunResult, from: number, to: number): number {
  const pages = series.ok.map((ok, i) => ok + (series.fallback[i] ?? 0));
  return meanOf(pages.slice(from, to)) / meanOf(pages.slice(0, 3));
}

const SHAPE: PublishedResult = {
  name: "homepage: outage, retries and breakers over time",
  source:
    "A. Brookins, 2016, a graph: a dip below 10 %, 1.6 to 2.0 times the pages while open, then as before",
  rows: [
    { quantity: "pages in the dip, at most", unit: "of before", theirs: 0.1, tolerance: atMost(0) },
    { quantity: "pages while open", unit: "of before", theirs: 1.8, tolerance: absolute(0.2) },
    { quantity: "pages at the end", unit: "of before", theirs: 1, tolerance: absolute(0.1) },
  ],
  run: () => {
    const [run] = replicate(PICTURE, 1) as [RunResult];
    return [
      { ours: shareOfBefore(run, 4, 5) },
      { ours: shareOfBefore(run, 6, 8) },
      { ours: shareOfBefore(run, 12, 15) },
    ];
  },
};

/** The homepage demonstration, run by run. */
export const ladder: readonly PublishedResult[] = [...RUNS, BREAKER_CALLS, SHAPE];
