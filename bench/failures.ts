/** What refusals, retries and failing calls cost. */
import { type Group, get, type Result, type Results, rounded, timesFaster } from "./group.ts";
import type { Library } from "./subject.ts";

/** A refusal that shares its error with no other: the peers' refusals do not either. */
function apart(peer: Library) {
  return (results: Results): number | undefined => {
    const ours = get(results, "breakwater", "openApart")?.ratio;
    const theirs = get(results, peer, "open")?.ratio;
    return ours === undefined || theirs === undefined ? undefined : theirs / ours;
  };
}

/** A failing call with 100,000 calls in the window, against one with 100. */
function growth(results: Results): number | undefined {
  const few = get(results, "breakwater", "window100");
  const many = get(results, "breakwater", "window100000");
  if (few?.ratio === undefined || many?.ratio === undefined) return undefined;
  return many.ratio / few.ratio;
}

const peers: readonly Library[] = ["cockatiel", "opossum"];

export const failures: Group = {
  scenarios: [
    "open",
    "openApart",
    "openFallback",
    "openOutcome",
    "exhausted",
    "window100",
    "window100000",
  ],
  cell: ({ ns, ratio = Number.NaN }: Result) =>
    `${(ns / 1_000).toPrecision(3)} µs, x${rounded(ratio)}`,
  targets: [
    ...peers.map((peer) => ({
      name: `open circuit: times cheaper than ${peer}`,
      value: timesFaster(peer, "open"),
      atLeast: 5,
    })),
    ...peers.map((peer) => ({
      name: `open circuit, refusals in different milliseconds: times cheaper than ${peer}`,
      value: apart(peer),
      atLeast: 5,
    })),
    ...peers.map((peer) => ({
      name: `open circuit with a fallback: times cheaper than ${peer}`,
      value: timesFaster(peer, "openFallback"),
      atLeast: 6,
    })),
    {
      name: "open circuit, as a result: times a bare await",
      value: (results) => get(results, "breakwater", "openOutcome")?.ratio,
      atMost: 3,
    },
    {
      name: "three attempts without delay: times faster than cockatiel, which waits for timers",
      value: timesFaster("cockatiel", "exhausted"),
      atLeast: 20,
    },
    {
      name: "a failing call with 100,000 calls in the window, against 100",
      value: growth,
      atMost: 1.3,
    },
  ],
};
