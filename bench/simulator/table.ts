import { median } from "../measure.ts";
import type { Program, Round, Rounds } from "./rounds.ts";

const ABOUT: Readonly<Record<Program, string>> = {
  ours: "Breakwater",
  naive: "C++ by hand, `std::priority_queue`",
  best: "C++ by hand, the best known",
  simpy: "SimPy",
};

const LEAST_TIMES_SIMPY = 45;
const MOST_TIMES_CPP = 1.6;

interface Claim {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

/** How the programs did in their rounds. @throws Error when they did not live through the same thing */
export function roundsTable({ rounds, missing }: Rounds): string {
  const lines = [...rounds].map(([program, found]) => {
    const { requests, ok, degraded, attempts, opened } = found[0] as Round;
    const share = (count: number): string => `${((100 * count) / requests).toFixed(2)} %`;
    const perRequest = (1000 * medianMs(found)) / requests;
    const rate = ((1000 * requests) / medianMs(found)).toFixed(0);
    const outcomes = [share(ok), share(degraded), sum(attempts), sum(opened)];
    return `| ${ABOUT[program]} | ${rate} | ${perRequest.toFixed(2)} | ${outcomes.join(" | ")} |`;
  });
  expectTheSame(rounds);
  return [
    "| The homepage in | Requests per second | us per request | ok | degraded | attempts | opened |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...lines,
    ...missing.flatMap((line) => ["", line]),
    "",
    claimTable(speedClaims(rounds)),
  ].join("\n");
}

export function claimTable(claims: readonly Claim[]): string {
  return [
    "| Target | | Measured | |",
    "|---|--:|--:|---|",
    ...claims.map(
      ({ what, target, measured, met }) =>
        `| ${what} | ${target} | ${measured} | ${met ? "met" : "missed"} |`,
    ),
  ].join("\n");
}

function speedClaims(rounds: Rounds["rounds"]): readonly Claim[] {
  const ours = rounds.get("ours") as readonly Round[];
  const simpy = rounds.get("simpy");
  const naive = rounds.get("naive");
  const claims: Claim[] = [];
  if (simpy !== undefined) {
    const times = 1 / pairedRatio(ours, simpy);
    claims.push({
      what: "times as fast as SimPy",
      target: `at least ${LEAST_TIMES_SIMPY}`,
      measured: times.toFixed(0),
      met: times >= LEAST_TIMES_SIMPY,
    });
  }
  if (naive !== undefined) {
    const times = pairedRatio(ours, naive);
    claims.push({
      what: "times the time of C++ with `std::priority_queue`",
      target: `at most ${MOST_TIMES_CPP}`,
      measured: times.toFixed(1),
      met: times <= MOST_TIMES_CPP,
    });
  }
  return claims;
}

/** The median over the rounds of how one's time for a request compares with the other's next to it. */
function pairedRatio(ours: readonly Round[], theirs: readonly Round[]): number {
  const each = ({ wallMs, requests }: Round): number => wallMs / requests;
  return median(ours.map((round, index) => each(round) / each(theirs[index] as Round)));
}

/** Draws differ, so that the numbers agree only within what draws make of them. */
function expectTheSame(rounds: Rounds["rounds"]): void {
  const [ours] = rounds.get("ours") as readonly Round[];
  for (const [program, [found]] of rounds) {
    for (const [what, allowed, read] of COMPARED) {
      const [a, b] = [read(ours as Round), read(found as Round)];
      if (Math.abs(a - b) > allowed) {
        throw new Error(`${ABOUT[program]}: ${what} is ${b}, ours ${a}; allowed: ${allowed} apart`);
      }
    }
  }
}

const COMPARED: readonly (readonly [string, number, (round: Round) => number])[] = [
  ["the share of good answers", 0.01, ({ ok, requests }) => ok / requests],
  ["the share of degraded answers", 0.03, ({ degraded, requests }) => degraded / requests],
  ["attempts per request", 0.1, ({ attempts, requests }) => sum(attempts) / requests],
  ["openings of a circuit", 6, ({ opened }) => sum(opened)],
];

function medianMs(rounds: readonly Round[]): number {
  return median(rounds.map(({ wallMs }) => wallMs));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
