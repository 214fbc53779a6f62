/** Buckets of equal width, counted from 0: what the series of numbers over time have in common. */
export const MAX_BUCKETS = 10_000_000;
export const INITIAL_BUCKETS = 64;

/** @throws RangeError unless bucketMs is above 0 */
export function checkedBucket(bucketMs: number): number {
  if (bucketMs > 0 && bucketMs < Number.POSITIVE_INFINITY) return bucketMs;
  throw new RangeError(`bucketMs must be a number above 0: ${bucketMs}`);
}

/**
 * The same numbers with room for so many buckets.
 * @throws RangeError for a bucket that cannot be
 */
export function grown(
  values: Float64Array<ArrayBuffer>,
  bucket: number,
  columns = 1,
): Float64Array<ArrayBuffer> {
  if (!(bucket >= 0 && bucket <= MAX_BUCKETS)) {
    throw new RangeError(`no bucket for this time: bucket ${bucket}`);
  }
  const longer = new Float64Array(Math.max((bucket + 1) * columns, values.length * 2));
  longer.set(values);
  return longer;
}
