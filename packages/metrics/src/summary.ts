import { amplificationOf } from "./amplification.ts";
import { endedMetastable } from "./answers/metastable.ts";
import { Histogram } from "./histogram.ts";
import { answeredPerBucket, recoveryOf } from "./recovery.ts";
import type { EdgeResult, OutcomeCounts, RunResult, ServiceResult, Summary } from "./result.ts";

/** A run before it is judged. */
export type RunParts = Omit<RunResult, "summary" | "objectives" | "verdict" | "conservation">;

/**
 * The numbers that a run comes down to; each is defined at its field of Summary.
 * What was answered while the load played is read from the buckets that begin before its end, which is exact when
 * the width of the buckets divides the duration.
 */
export function summarise(parts: RunParts): Summary {
  const { endToEnd, services, durationMs } = parts;
  const { ok, fallback } = endToEnd.outcomes;
  const served = ok + fallback;
  const ended = endedOf(endToEnd.outcomes);
  const servedInDuration = servedWithin(parts);
  const latency = Histogram.fromData(endToEnd.latency.answered);
  return {
    offered: endToEnd.calls,
    servedInDuration,
    served,
    successRate: share(served, ended, 1),
    okRate: share(ok, ended, 1),
    degradedRate: share(endToEnd.degraded, served, 0),
    goodput: share(servedInDuration * 1000, durationMs, 0),
    amplification: amplificationOf(parts.edges),
    wastedWork: share(sum(services, "wastedMs"), sum(services, "busyMs"), 0),
    p50Ms: latency.percentile(50),
    p95Ms: latency.percentile(95),
    p99Ms: latency.percentile(99),
    ...tailOf(services, durationMs),
    recoveryMs: recoveryOf(parts)?.recoveryMs ?? null,
    metastable: endedMetastable(parts),
  };
}

/** Calls that have ended, however. */
export function endedOf(outcomes: OutcomeCounts): number {
  const { ok, fallback, timedOut, shortCircuited, rejected, failed, cancelled } = outcomes;
  return ok + fallback + timedOut + shortCircuited + rejected + failed + cancelled;
}

/** Attempts on all edges, those of the customers included. */
export function attemptsOf(edges: readonly EdgeResult[]): number {
  return edges.reduce((total, edge) => total + edge.attempts, 0);
}

function servedWithin(parts: RunParts): number {
  return answeredPerBucket(parts).reduce(
    (total, count, i) => ((parts.timeMs[i] ?? 0) < parts.durationMs ? total + count : total),
    0,
  );
}

function tailOf(services: readonly ServiceResult[], durationMs: number) {
  let tail = { tailMs: 0, tailService: "" };
  for (const { name, lastBusyMs } of services) {
    if (lastBusyMs - durationMs > tail.tailMs) {
      tail = { tailMs: lastBusyMs - durationMs, tailService: name };
    }
  }
  return tail;
}

function sum(services: readonly ServiceResult[], column: "wastedMs" | "busyMs"): number {
  return services.reduce((total, service) => total + service[column], 0);
}

function share(part: number, whole: number, ofNothing: number): number {
  return whole === 0 ? ofNothing : part / whole;
}
