import { BACKOFFS, lockContention } from "../models/lock-contention.ts";
import { CONTENTION, type ContentionCell, type ContentionRow } from "./contention-reference.ts";
import type { Effort, PublishedResult, PublishedRow } from "./published-result.ts";
import { meanOf } from "./replicate.ts";
import { absolute } from "./tolerance.ts";

const REPLICATIONS = { quick: 10, full: 100 };

export type BackoffName = keyof typeof BACKOFFS;
const NAMES = Object.keys(BACKOFFS) as BackoffName[];

/** Means over replications with the seeds 1, 2, ... */
export function contention(clients: number, name: BackoffName, replications: number) {
  const runs = Array.from({ length: replications }, (_, i) =>
    lockContention(clients, BACKOFFS[name], i + 1),
  );
  return {
    writes: meanOf(runs.map(({ writes }) => writes)),
    doneMs: meanOf(runs.map(({ doneMs }) => doneMs)),
  };
}

/** Both sides are means of runs with the same deviation: 4 standard errors of the difference. */
function within([theirRuns]: ContentionCell, deviation: number) {
  const allowed = (effort: Effort) =>
    4 * deviation * Math.sqrt(1 / theirRuns + 1 / REPLICATIONS[effort]);
  // Where all of theirs were alike to three digits, a rare other value is no contradiction.
  return absolute(Math.max(allowed("quick"), 0.05), Math.max(allowed("full"), 0.02));
}

function rowsOf(row: ContentionRow): readonly PublishedRow[] {
  return NAMES.flatMap((name) => {
    const cell = row[name];
    const [, writes, writesDeviation, doneMs, doneDeviationMs] = cell;
    return [
      {
        quantity: `writes, ${name}`,
        unit: "calls",
        theirs: writes,
        tolerance: within(cell, writesDeviation),
      },
      {
        quantity: `time until all are done, ${name}`,
        unit: "ms",
        theirs: doneMs,
        tolerance: within(cell, doneDeviationMs),
      },
    ];
  });
}

/** Optimistic concurrency control under contention, with five ways of waiting between tries. */
export const contentions: readonly PublishedResult[] = CONTENTION.map((row) => ({
  name: `backoff and jitter, ${row.clients} ${row.clients === 1 ? "client" : "clients"}`,
  source: "M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015 (its program)",
  rows: rowsOf(row),
  run: (effort) =>
    NAMES.flatMap((name) => {
      const { writes, doneMs } = contention(row.clients, name, REPLICATIONS[effort]);
      return [{ ours: writes }, { ours: doneMs }];
    }),
}));
