import type { RunResult } from "@breakwater/metrics";
import { retryStorm } from "@breakwater/scenario";
import { mean, simulate, table } from "./simulate.ts";

const SEEDS = 10;
const FROM_MS = 500_000;
const WINDOW_S = 100;
const CAPACITY = 300;
const RATES = [100, 140, 145, 148, 150, 155, 160, 200, 280];

/** Per second between 500 and 600 s, long after the outage. */
function perSecond(result: RunResult, column: "ok" | "attempts"): number {
  const late = result.endToEnd.series[column].filter(
    (_, bucket) => (result.timeMs[bucket] ?? 0) >= FROM_MS,
  );
  return (
    late.slice(0, (WINDOW_S * 1000) / result.bucketMs).reduce((sum, n) => sum + n, 0) / WINDOW_S
  );
}

/** Queries per second against who recovers, with one retry and without. */
export function publishedRetryStorm(): string {
  const rows = RATES.map((rate) => {
    const twice = simulate(retryStorm({ rate, attempts: 2 }), SEEDS);
    const once = simulate(retryStorm({ rate, attempts: 1 }), SEEDS);
    const back = (runs: readonly RunResult[]): string =>
      `${runs.filter((run) => perSecond(run, "ok") > 0.9 * rate).length} of ${runs.length}`;
    return [
      `${rate}`,
      rate * 2 > CAPACITY ? "never" : rate * 2 === CAPACITY ? "on the edge" : "always",
      back(twice),
      mean(twice, (run) => perSecond(run, "ok")).toFixed(1),
      mean(twice, (run) => perSecond(run, "attempts")).toFixed(1),
      back(once),
    ];
  });
  const head = [
    "Queries per second",
    "Law: recovers",
    "Recovered, 1 retry",
    "Goodput",
    "Attempts per second",
    "Recovered, no retry",
  ];
  return table(head, rows);
}
