/** Many calls in flight at once, each with a timeout. */
import { type Group, get, type Result, type Results } from "./group.ts";
import type { Library } from "./subject.ts";

const PEERS: readonly Library[] = ["cockatiel", "opossum", "mollitia"];

function bytes(results: Results): number | undefined {
  const ours = get(results, "breakwater", "inFlightTimeout")?.bytes;
  const theirs = PEERS.flatMap((peer) => get(results, peer, "inFlightTimeout")?.bytes ?? []);
  return ours === undefined || theirs.length === 0 ? undefined : ours / Math.min(...theirs);
}

export const inFlight: Group = {
  scenarios: ["inFlightTimeout", "inFlightFull"],
  cell: ({ ns, bytes = Number.NaN, timers }: Result) =>
    `${(ns / 1_000).toPrecision(3)} µs, ${bytes.toFixed(0)} B, ${timers} timers`,
  targets: [
    {
      name: "timers of the platform for 10,000 timeouts of one duration",
      value: (results) => get(results, "breakwater", "inFlightTimeout")?.timers,
      atMost: 1,
    },
    { name: "bytes per call in flight against the thriftiest other", value: bytes, atMost: 1 },
  ],
};
