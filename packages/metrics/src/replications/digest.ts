import { littleChecks } from "../answers/little.ts";
import { conserved } from "../conservation.ts";
import { collapsed } from "../objectives.ts";
import type { HistogramData, ObjectiveResult, RunResult } from "../result.ts";
import { METRICS } from "../summary-metrics.ts";

/** What replications keep of one run: enough for every estimate, and small enough to send from thread to thread. */
export interface RunDigest {
  readonly seed: number;
  /** By the name of the metric; null: there was nothing to measure. */
  readonly numbers: Readonly<Record<string, number | null>>;
  readonly latency: { readonly answered: HistogramData; readonly all: HistogramData };
  readonly objectives: readonly ObjectiveResult[];
  readonly verdict: RunResult["verdict"];
  readonly metastable: boolean;
  readonly collapsed: boolean;
  /** Whether its books balance and Little's law holds. */
  readonly sound: boolean;
}

export function digestOf(result: RunResult): RunDigest {
  const { seed, objectives, verdict, endToEnd, summary } = result;
  return {
    seed,
    numbers: Object.fromEntries(METRICS.map(({ name, of }) => [name, of(result)])),
    latency: endToEnd.latency,
    objectives,
    verdict,
    metastable: summary.metastable === true,
    collapsed: collapsed(result),
    sound: conserved(result.conservation) && littleChecks(result).every(({ holds }) => holds),
  };
}
