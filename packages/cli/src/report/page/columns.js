// @ts-check
/** @import { PageResult } from "../page-data.ts" */

/** A column of a chart. undefined joins its neighbours, null leaves a gap. @typedef {(number | null | undefined)[]} Column */

/** More points than this are closer than pixels; fewer calls than this in a point are noise. */
const MOST_POINTS = 240;
const FEWEST_POINTS = 30;
const CALLS_PER_POINT = 8;

/**
 * How many buckets of the result make one point of a chart of rates.
 * @param {PageResult} result
 */
export function bucketsPerPoint(result) {
  const buckets = Math.max(1, result.timeMs.length);
  const calls = result.endToEnd.series.calls.reduce((sum, count) => sum + count, 0);
  const forCalm = Math.ceil((CALLS_PER_POINT * buckets) / Math.max(1, calls));
  const forPixels = Math.ceil(buckets / MOST_POINTS);
  const most = Math.max(1, Math.floor(buckets / FEWEST_POINTS));
  return Math.max(forPixels, Math.min(forCalm, most));
}

/**
 * Seconds at which the points stand: the middle of the buckets that they sum up.
 * @param {PageResult} result
 * @param {number} perPoint
 */
export function pointTimes(result, perPoint) {
  const points = Math.ceil(result.timeMs.length / perPoint);
  const width = result.bucketMs * perPoint;
  return Array.from({ length: points }, (_, point) => ((point + 0.5) * width) / 1000);
}

/**
 * @param {readonly number[]} series
 * @param {number} perPoint
 * @param {(sum: number, buckets: number) => number} finish
 * @returns {number[]}
 */
export function merged(series, perPoint, finish) {
  const points = Math.ceil(series.length / perPoint);
  return Array.from({ length: points }, (_, point) => {
    const part = series.slice(point * perPoint, (point + 1) * perPoint);
    return finish(
      part.reduce((sum, value) => sum + value, 0),
      part.length,
    );
  });
}

/**
 * Counts per bucket as a rate per second.
 * @param {readonly number[]} series
 * @param {PageResult} result
 * @param {number} perPoint
 */
export function rate(series, result, perPoint) {
  return merged(series, perPoint, (sum, buckets) => (sum * 1000) / (buckets * result.bucketMs));
}

/**
 * @param {readonly number[]} series
 * @param {number} perPoint
 */
export function level(series, perPoint) {
  return merged(series, perPoint, (sum, buckets) => sum / buckets);
}

/**
 * A percentile per bucket. Empty buckets are joined over up to a second, and are a gap beyond: a line over a long
 * silence would claim answers that there were not.
 * @param {readonly (number | null)[]} series
 * @param {number} bucketMs
 * @returns {Column}
 */
export function withGaps(series, bucketMs) {
  /** @type {Column} */
  const column = [...series];
  const longest = Math.max(1, Math.floor(1000 / bucketMs));
  let start = 0;
  while (start < column.length) {
    if (column[start] !== null) {
      start++;
      continue;
    }
    let end = start;
    while (end < column.length && column[end] === null) end++;
    if (end - start <= longest && start > 0 && end < column.length) {
      column.fill(undefined, start, end);
    }
    start = end;
  }
  return column;
}

/**
 * The values of another run at the times of this one, for the dashed line behind it.
 * @param {readonly number[]} times
 * @param {readonly number[]} otherTimes
 * @param {Column} other
 * @returns {Column}
 */
export function atTimes(times, otherTimes, other) {
  if (times.length === otherTimes.length && times[0] === otherTimes[0]) return other;
  const step = otherTimes.length > 1 ? (otherTimes[1] ?? 0) - (otherTimes[0] ?? 0) : 1;
  return times.map((time) => {
    const index = Math.round((time - (otherTimes[0] ?? 0)) / step);
    return index < 0 || index >= other.length ? null : other[index];
  });
}
