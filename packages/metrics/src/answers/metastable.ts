import { answeredPerBucket, recoveryOf } from "../recovery.ts";
import type { RunParts } from "../summary.ts";

type Parts = Pick<
  RunParts,
  "bucketMs" | "timeMs" | "durationMs" | "faults" | "events" | "endToEnd"
>;

/** Fewer whole buckets than this say nothing about a level. */
const LEAST_BUCKETS = 3;
/** Offered load above this multiple of its level before is a spike. */
const SPIKE = 1.5;
/** It is back to normal up to this multiple of that level. */
const NORMAL = 1.1;
/** Goodput below this share of its level before has not come back. */
const BACK = 0.9;
/** Standard deviations that chance is allowed; a count of n has about the square root of n. */
const DEVIATIONS = 3;

/**
 * Whether the run ended metastable: what set the trouble off is over, the load is back to what it was, and goodput is
 * not. With faults, the trigger is a fault, and goodput never came back after the last one (see recoveryOf). Without
 * one, it is a spike: a bucket with more than 1.5 times the offered load of all before it. Then goodput is not back
 * when in the last tenth of the load it is below 90 % of its level before, less three standard deviations of chance,
 * at an offered load of at most 110 %. Where fewer calls come at the end than before, and are answered as fast and as
 * often as then, the load explains it. False where there was no trigger, or it is not over.
 */
export function endedMetastable(parts: Parts): boolean {
  const recovery = recoveryOf(parts);
  if (recovery !== null) return recovery.recoveryMs === null && !explainedByLoad(parts);
  return parts.faults.length === 0 && outlivedSpike(parts);
}

function explainedByLoad(parts: Parts): boolean {
  const firstMs = Math.min(...parts.faults.map(({ startMs }) => startMs));
  const buckets = wholeBuckets(parts);
  const calm = buckets.filter((i) => (parts.timeMs[i] ?? 0) + parts.bucketMs <= firstMs);
  const before = levelsOf(parts, calm);
  const end = levelsOf(parts, lastOf(buckets));
  return (
    end.offered < before.offered * BACK &&
    end.answered * before.offered >= before.answered * end.offered * BACK &&
    end.p50Ms <= before.p50Ms * SPIKE
  );
}

function outlivedSpike(parts: Parts): boolean {
  const buckets = wholeBuckets(parts);
  const offered = buckets.map((i) => parts.endToEnd.series.calls[i] ?? 0);
  let sum = 0;
  const spike = offered.findIndex((calls, i) => {
    const level = i === 0 ? Infinity : sum / i;
    sum += calls;
    return i >= LEAST_BUCKETS && calls > Math.max(SPIKE * level, level + noise(level));
  });
  if (spike < 0) return false;
  const before = levelsOf(parts, buckets.slice(1, spike));
  const last = lastOf(buckets);
  const end = levelsOf(parts, last);
  const chance = noise(before.answered) / Math.sqrt(last.length);
  return end.offered <= before.offered * NORMAL && end.answered < before.answered * BACK - chance;
}

function noise(count: number): number {
  return DEVIATIONS * Math.sqrt(count);
}

/** Buckets that lie within the load as a whole. */
function wholeBuckets({ timeMs, bucketMs, durationMs }: Parts): number[] {
  return timeMs.flatMap((startMs, i) => (startMs + bucketMs <= durationMs ? [i] : []));
}

function lastOf(buckets: readonly number[]): readonly number[] {
  return buckets.slice(-Math.max(LEAST_BUCKETS, Math.ceil(buckets.length / 10)));
}

function levelsOf(parts: Parts, buckets: readonly number[]) {
  const answered = answeredPerBucket(parts);
  const { calls, p50 } = parts.endToEnd.series;
  const mean = (of: (bucket: number) => number) =>
    buckets.length === 0 ? 0 : buckets.reduce((sum, i) => sum + of(i), 0) / buckets.length;
  return {
    offered: mean((i) => calls[i] ?? 0),
    answered: mean((i) => answered[i] ?? 0),
    p50Ms: mean((i) => p50[i] ?? 0),
  };
}
