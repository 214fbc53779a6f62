/** The success path: what a policy costs while all is well. */
import { type Group, get, type Result, type Results, rounded, timesFaster } from "./group.ts";
import type { Library, Scenario } from "./subject.ts";

const PEERS: readonly Library[] = ["cockatiel", "opossum", "mollitia"];

function ratio(scenario: Scenario) {
  return (results: Results) => get(results, "breakwater", scenario)?.ratio;
}

/** Bytes per call against the thriftiest of the others. */
function memory(results: Results): number | undefined {
  const ours = get(results, "breakwater", "full")?.bytes;
  const theirs = PEERS.flatMap((peer) => get(results, peer, "full")?.bytes ?? []);
  return ours === undefined || theirs.length === 0 ? undefined : ours / Math.min(...theirs);
}

export const policies: Group = {
  scenarios: ["timeout", "retry", "breaker", "bulkhead", "full", "fullLater", "fullOutcome"],
  cell: ({ ns, ratio = Number.NaN, bytes = Number.NaN }: Result) =>
    `x${rounded(ratio)}, ${ns.toFixed(0)} ns, ${bytes.toFixed(0)} B`,
  targets: [
    { name: "full: times a bare await", value: ratio("full"), atMost: 4.5 },
    {
      name: "full, around work that itself awaits once: times a bare await of that",
      value: ratio("fullLater"),
      atMost: 4.5,
    },
    { name: "full, as a result: times a bare await", value: ratio("fullOutcome"), atMost: 3 },
    {
      name: "full: times faster than cockatiel",
      value: timesFaster("cockatiel", "full"),
      atLeast: 15,
    },
    {
      name: "full: times faster than opossum",
      value: timesFaster("opossum", "full"),
      atLeast: 2.5,
    },
    {
      name: "full: times faster than mollitia",
      value: timesFaster("mollitia", "full"),
      atLeast: 60,
    },
    { name: "full: memory against the thriftiest other", value: memory, atMost: 1 },
    ...(["timeout", "retry", "breaker", "bulkhead"] as const).map((scenario) => ({
      name: `${scenario}: times faster than cockatiel`,
      value: timesFaster("cockatiel", scenario),
      atLeast: 1,
    })),
  ],
};
