import { checkedBucket, grown, INITIAL_BUCKETS, MAX_BUCKETS } from "./buckets.ts";
import { Histogram } from "./histogram.ts";

/**
 * Numbers over time, in buckets of equal width. Bucket i holds the times in [i x bucketMs, (i + 1) x bucketMs).
 * Times start at 0. Memory grows with the latest time seen; a series refuses more than MAX_BUCKETS.
 */

/** Counts what happens in each bucket. Times may come in any order. */
export class CountSeries {
  readonly bucketMs: number;
  #counts = new Float64Array(INITIAL_BUCKETS);
  // The bucket of the last time: most times fall into it, and comparing is faster than dividing.
  #bucket = 0;
  #startMs = 0;
  #endMs: number;

  /** @throws RangeError unless bucketMs is above 0 */
  constructor(bucketMs: number) {
    this.bucketMs = checkedBucket(bucketMs);
    this.#endMs = bucketMs;
  }

  /** @throws RangeError when atMs is negative or not a number */
  add(atMs: number, amount = 1): void {
    if (!(atMs >= this.#startMs && atMs < this.#endMs)) this.#find(atMs);
    this.#counts[this.#bucket] = (this.#counts[this.#bucket] as number) + amount;
  }

  /** The first `buckets` counts; 0 where nothing was added. */
  toArray(buckets: number): number[] {
    return fitted(this.#counts, buckets, 0);
  }

  #find(atMs: number): void {
    const bucket = Math.floor(atMs / this.bucketMs);
    if (!(bucket >= 0 && bucket < this.#counts.length)) {
      this.#counts = grown(this.#counts, bucket);
    }
    this.#bucket = bucket;
    this.#startMs = bucket * this.bucketMs;
    this.#endMs = (bucket + 1) * this.bucketMs;
  }
}

/**
 * A level that changes in steps: things in flight, busy workers, waiting requests. Changes come in order of time.
 *
 * Invariants: the level is the sum of all changes; the integral is the sum over the buckets of mean x width.
 */
export class LevelSeries {
  readonly bucketMs: number;
  /** Level x milliseconds in each bucket, up to the last change. */
  #areas = new Float64Array(INITIAL_BUCKETS);
  /** Level at the end of each bucket that is over. */
  #ends = new Float64Array(INITIAL_BUCKETS);
  #bucket = 0;
  #endMs: number;
  #lastMs = 0;
  #level = 0;
  #max = 0;
  #integral = 0;

  /** @throws RangeError unless bucketMs is above 0 */
  constructor(bucketMs: number) {
    this.bucketMs = checkedBucket(bucketMs);
    this.#endMs = bucketMs;
  }

  get level(): number {
    return this.#level;
  }
  /** The highest level ever, even where it lasted no time. */
  get max(): number {
    return this.#max;
  }

  /** @throws RangeError when atMs lies before the last change, or is not a number */
  change(atMs: number, delta: number): void {
    if (!(atMs >= this.#lastMs)) throw new RangeError(backwards(atMs, this.#lastMs));
    if (atMs >= this.#endMs) this.#advance(atMs);
    this.#addArea(atMs);
    this.#level += delta;
    if (this.#level > this.#max) this.#max = this.#level;
  }

  /** Level x time from 0 to endMs, in milliseconds; endMs is not before the last change. */
  integral(endMs: number): number {
    return this.#integral + this.#level * Math.max(0, endMs - this.#lastMs);
  }

  /**
   * Mean level of each bucket, weighted by time; the bucket that holds endMs counts up to there, those after it are 0.
   * Rounded to 6 significant digits: the digits beyond depend on the order in which parts were added up and would
   * make equal runs differ in their files.
   */
  toMeans(buckets: number, endMs: number): number[] {
    const means: number[] = [];
    for (let bucket = 0; bucket < buckets; bucket++) {
      const start = bucket * this.bucketMs;
      const end = Math.min(start + this.bucketMs, endMs);
      const known = bucket < this.#areas.length ? (this.#areas[bucket] as number) : 0;
      const rest = this.#level * Math.max(0, end - Math.max(start, this.#lastMs));
      means.push(end > start ? toSixDigits((known + rest) / (end - start)) : 0);
    }
    return means;
  }

  /** Level at the end of each bucket. A change at the very end belongs to the next bucket. */
  toEnds(buckets: number): number[] {
    const ends = fitted(this.#ends, buckets, this.#level);
    for (let bucket = this.#bucket; bucket < buckets; bucket++) ends[bucket] = this.#level;
    return ends;
  }

  #addArea(untilMs: number): void {
    const area = this.#level * (untilMs - this.#lastMs);
    this.#areas[this.#bucket] = (this.#areas[this.#bucket] as number) + area;
    this.#integral += area;
    this.#lastMs = untilMs;
  }

  /** Carries the level over the ends of the buckets before the one that holds atMs. */
  #advance(atMs: number): void {
    const last = Math.floor(atMs / this.bucketMs) + 1;
    if (!(last < this.#areas.length)) {
      this.#areas = grown(this.#areas, last);
      this.#ends = grown(this.#ends, last);
    }
    while (atMs >= this.#endMs) {
      this.#addArea(this.#endMs);
      this.#ends[this.#bucket] = this.#level;
      this.#bucket += 1;
      this.#endMs = (this.#bucket + 1) * this.bucketMs;
    }
  }
}

export interface PercentileColumns {
  readonly p50: (number | null)[];
  readonly p95: (number | null)[];
  readonly p99: (number | null)[];
}

/**
 * Percentiles of durations for each bucket. Durations come in order of time (several at the same time are fine), so one
 * histogram is enough: when time moves on to another bucket, the percentiles of the last are kept and it is cleared.
 */
export class PercentileSeries {
  readonly bucketMs: number;
  readonly #histogram = new Histogram();
  /** Of the buckets that are over. */
  readonly #before = new Histogram();
  readonly #done: PercentileColumns = { p50: [], p95: [], p99: [] };
  #startMs = 0;
  #endMs: number;

  /** @throws RangeError unless bucketMs is above 0 */
  constructor(bucketMs: number) {
    this.bucketMs = checkedBucket(bucketMs);
    this.#endMs = bucketMs;
  }

  /** @throws RangeError when atMs lies in an earlier bucket than the last one, or a value is not a number */
  record(atMs: number, valueMs: number): void {
    if (!(atMs >= this.#startMs && atMs < this.#endMs)) this.#moveTo(atMs);
    this.#histogram.record(valueMs);
  }

  /** null for buckets in which nothing was recorded. */
  toArrays(buckets: number): PercentileColumns {
    const columns = {
      p50: this.#done.p50.slice(0, buckets),
      p95: this.#done.p95.slice(0, buckets),
      p99: this.#done.p99.slice(0, buckets),
    };
    if (columns.p50.length < buckets) pushPercentiles(columns, this.#histogram);
    for (const column of [columns.p50, columns.p95, columns.p99]) {
      while (column.length < buckets) column.push(null);
    }
    return columns;
  }

  /** Everything that was recorded, in a histogram of its own. */
  total(): Histogram {
    const total = new Histogram();
    total.merge(this.#before);
    total.merge(this.#histogram);
    return total;
  }

  #moveTo(atMs: number): void {
    if (!(atMs >= this.#endMs)) throw new RangeError(backwards(atMs, this.#startMs));
    if (atMs / this.bucketMs > MAX_BUCKETS) throw new RangeError(`too late for a bucket: ${atMs}`);
    while (atMs >= this.#endMs) {
      pushPercentiles(this.#done, this.#histogram);
      this.#before.merge(this.#histogram);
      this.#histogram.clear();
      this.#startMs = this.#endMs;
      this.#endMs = (this.#done.p50.length + 1) * this.bucketMs;
    }
  }
}

function pushPercentiles(columns: PercentileColumns, histogram: Histogram): void {
  columns.p50.push(histogram.percentile(50));
  columns.p95.push(histogram.percentile(95));
  columns.p99.push(histogram.percentile(99));
}

function fitted(values: Float64Array, buckets: number, filling: number): number[] {
  const array = Array.from(values.subarray(0, buckets));
  while (array.length < buckets) array.push(filling);
  return array;
}

function backwards(nowMs: number, lastMs: number): string {
  return `time went backwards: ${nowMs} ms after ${lastMs} ms`;
}

function toSixDigits(value: number): number {
  return Number(value.toPrecision(6));
}
