import { checkedBucket, grown, INITIAL_BUCKETS } from "./buckets.ts";

/** Counts several kinds of things that happen, in rows of one bucket each. Times may come in any order. */
export class CountTable {
  readonly bucketMs: number;
  readonly #columns: number;
  #counts: Float64Array<ArrayBuffer>;
  #row = 0;
  #startMs = 0;
  #endMs: number;

  /** @throws RangeError unless bucketMs is above 0 */
  constructor(bucketMs: number, columns: number) {
    this.bucketMs = checkedBucket(bucketMs);
    this.#columns = columns;
    this.#counts = new Float64Array(INITIAL_BUCKETS * columns);
    this.#endMs = bucketMs;
  }

  /** @throws RangeError when atMs is negative or not a number */
  add(atMs: number, column: number): void {
    if (!(atMs >= this.#startMs && atMs < this.#endMs)) this.#find(atMs);
    const counts = this.#counts;
    const index = this.#row + column;
    counts[index] = (counts[index] as number) + 1;
  }

  /** The first `buckets` counts of a column; 0 where nothing was added. */
  toArray(column: number, buckets: number): number[] {
    return Array.from(
      { length: buckets },
      (_, bucket) => this.#counts[bucket * this.#columns + column] ?? 0,
    );
  }

  #find(atMs: number): void {
    const bucket = Math.floor(atMs / this.bucketMs);
    const columns = this.#columns;
    if (!(bucket >= 0 && bucket < this.#counts.length / columns)) {
      this.#counts = grown(this.#counts, bucket, columns);
    }
    this.#row = bucket * columns;
    this.#startMs = bucket * this.bucketMs;
    this.#endMs = (bucket + 1) * this.bucketMs;
  }
}
