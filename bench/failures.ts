/** What refusals, retries and failing calls cost. */
import { type Group, get, type Result, type Results, timesFaster } from "./group.ts";
import type { Library } from "./subject.ts";

/** A failing call with 100,000 calls in the window, against one with 100. */
function growth(results: Results): number | undefined {
  const few = get(results, "breakwater", "window100");
  const many = get(results, "breakwater", "window100000");
  if (few?.ratio === undefined || many?.ratio === undefined) return undefined;
  return many.ratio / few.ratio;
}

const peers: readonly Library[] = ["cockatiel", "opossum"];

export const failures: Group = {
  scenarios: ["open", "openFallback", "exhausted", "window100", "window100000"],
  cell: ({ ns }: Result) => `${(ns / 1_000).toPrecision(3)} µs`,
  targets: [
    ...peers.map((peer) => ({
      name: `open circuit: times cheaper than ${peer}`,
      value: timesFaster(peer, "open"),
      atLeast: 5,
    })),
    ...peers.map((peer) => ({
      name: `open circuit with a fallback: times cheaper than ${peer}`,
      value: timesFaster(peer, "openFallback"),
      atLeast: 6,
    })),
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
