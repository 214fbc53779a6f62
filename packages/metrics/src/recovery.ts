import type { RunResult } from "./result.ts";

type Parts = Pick<
  RunResult,
  "bucketMs" | "timeMs" | "durationMs" | "faults" | "events" | "endToEnd"
>;

/** At most this many buckets are averaged. */
const MAX_WINDOW = 10;
const BACK = 0.9;
/** A dip by chance of more than this many standard deviations is not expected in a run. */
const DEVIATIONS = 3;

export interface Recovery {
  /** Answered calls per second before the first fault. */
  readonly before: number;
  /** Answered calls per second from the end of the last fault to the end of the load. */
  readonly after: number;
  readonly faultsEndedMs: number;
  /** From the end of the last fault; null when goodput did not come back. */
  readonly recoveryMs: number | null;
}

/**
 * How goodput came back after the last fault; null when that cannot be told: no fault, one that lasts as long as the
 * load, or no whole bucket before the first fault.
 *
 * Goodput is back, for good, at the first bucket from which on it never again falls below 90 % of its level before the
 * first fault. Random arrivals make single buckets dip below that in perfect health, so the comparison is of means over
 * as few buckets as make 90 % three standard deviations (as measured before the fault), 10 at most; where 10 are
 * not enough, the bar is lowered to three standard deviations. With steady arrivals this is one bucket and exactly 90 %.
 */
export function recoveryOf(parts: Parts): Recovery | null {
  const { bucketMs, timeMs, faults } = parts;
  if (faults.length === 0) return null;
  const firstStart = Math.min(...faults.map(({ startMs }) => startMs));
  const lastEnd = Math.max(...faults.map(({ endMs }) => endMs ?? Number.POSITIVE_INFINITY));
  const loadEnd = loadEndOf(parts);
  const answered = answeredPerBucket(parts);
  const calm = answered.slice(0, timeMs.filter((start) => start + bucketMs <= firstStart).length);
  // Answers to the first calls are still on their way in the first bucket, so it tells less than the others.
  const sample = calm.length > 2 ? calm.slice(1) : calm;
  const level = mean(sample);
  if (lastEnd >= loadEnd || !(level > 0)) return null;
  const from = Math.floor(lastEnd / bucketMs);
  const rest = answered.slice(from, timeMs.filter((start) => start + bucketMs <= loadEnd).length);
  if (rest.length === 0) return null;
  const back = firstBucketBack(rest, level, deviation(sample, level));
  const perSecond = 1000 / bucketMs;
  return {
    before: level * perSecond,
    after: mean(rest) * perSecond,
    faultsEndedMs: lastEnd,
    recoveryMs: back === null ? null : Math.max(0, (from + back) * bucketMs - lastEnd),
  };
}

/** Calls answered, ok or by a fallback, in each bucket. */
export function answeredPerBucket({ endToEnd }: Pick<RunResult, "endToEnd">): number[] {
  return endToEnd.series.ok.map((ok, i) => ok + (endToEnd.series.fallback[i] ?? 0));
}

/** The earliest end of a load: after it the goodput of all cannot be what it was. */
function loadEndOf({ durationMs, events }: Parts): number {
  const ends = events.filter(({ type }) => type === "loadEnded").map(({ atMs }) => atMs);
  return Math.min(durationMs, ...ends);
}

function firstBucketBack(rest: readonly number[], level: number, deviation: number): number | null {
  const noise = (DEVIATIONS * deviation) / level;
  const wanted = Math.ceil((noise / (1 - BACK)) ** 2);
  const window = Math.min(Math.max(1, wanted), MAX_WINDOW, rest.length);
  const bar = level * Math.min(BACK, 1 - noise / Math.sqrt(window));
  for (let start = rest.length - window; start >= 0; start--) {
    if (mean(rest.slice(start, start + window)) >= bar) continue;
    return start === rest.length - window ? null : start + 1;
  }
  return 0;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[], level: number): number {
  return Math.sqrt(mean(values.map((value) => (value - level) ** 2)));
}
