import type { Recovery } from "../recovery.ts";
import type { EdgeResult, RunResult } from "../result.ts";
import { formatCount, formatFactor } from "../text.ts";
import { MULTIPLIED, saturationsOf } from "./facts.ts";

/**
 * What kept goodput down after the last fault had ended: retries that go on, workers still all busy at the end of the
 * load, requests still queued. Empty when the result shows none of them.
 */
export function sustainingEffects(result: RunResult, { faultsEndedMs }: Recovery): string[] {
  const last = result.timeMs.findLastIndex((start) => start + result.bucketMs <= result.durationMs);
  const full = saturationsOf(result).filter(({ buckets }) => buckets.includes(last));
  return [
    ...result.edges.flatMap((edge) => retriesAfter(result, edge, faultsEndedMs)),
    ...full.map(({ service }) => `no worker of ${service.name} was free`),
    ...result.services.flatMap(({ name, series, workers, instances }) => {
      const queue = series.queue[last] ?? 0;
      const many = workers === null ? 1 : workers * instances;
      return queue >= many ? [`${formatCount(queue)} requests still waited at ${name}`] : [];
    }),
  ];
}

function retriesAfter(result: RunResult, edge: EdgeResult, fromMs: number): string[] {
  const sumAfter = (column: readonly number[]) =>
    column.reduce((sum, n, i) => ((result.timeMs[i] ?? 0) >= fromMs ? sum + n : sum), 0);
  const calls = sumAfter(edge.series.calls);
  const factor = calls === 0 ? 1 : sumAfter(edge.series.attempts) / calls;
  if (factor < MULTIPLIED) return [];
  return [
    `retries still made ${formatFactor(factor)} as many attempts as calls from ${edge.from} to ${edge.to}`,
  ];
}
