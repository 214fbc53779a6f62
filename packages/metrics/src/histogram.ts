import type { HistogramData } from "./result.ts";

/**
 * Log-linear histogram of durations, after the idea of HdrHistogram (Gil Tene): values are rounded to whole
 * microseconds; 0 to 127 us have a bin each; above, every power of two is cut into 64 bins of equal width.
 *
 * Layout: with shift = max(0, floor(log2 us) - 6), the value falls into bin 64 x shift + floor(us / 2^shift),
 * which is 2^shift us wide: at most 1/64 of the value. Bins follow one another without a gap.
 *
 * Invariants: counts in the bins add up to `count`; a percentile never lies outside [minMs, maxMs].
 */
const SUB_BITS = 6;
const SUB_BINS = 1 << SUB_BITS;
/** 30 days. Longer durations are recorded as this. */
const MAX_MS = 30 * 24 * 3600 * 1000;
const MAX_US = MAX_MS * 1000;
const INT32_LIMIT = 2 ** 31;
const INT32_MS = Math.floor(INT32_LIMIT / 1000);
const INITIAL_BINS = 512;

function binOfInt32(us: number): number {
  const shift = 31 - SUB_BITS - Math.clz32(us);
  return shift > 0 ? (shift << SUB_BITS) + (us >>> shift) : us;
}

function binOf(us: number): number {
  if (us < INT32_LIMIT) return binOfInt32(us);
  // Math.clz32 sees 32 bits. Dropping the low 16 bits of so large a value changes nothing but the shift.
  return binOf(Math.floor(us / 65_536)) + 16 * SUB_BINS;
}

const BINS = binOf(MAX_US) + 1;

function shiftOf(bin: number): number {
  return bin < 2 * SUB_BINS ? 0 : (bin >>> SUB_BITS) - 1;
}

/** Lowest value of the bin, in microseconds. */
function lowestOf(bin: number): number {
  const shift = shiftOf(bin);
  return (bin - shift * SUB_BINS) * 2 ** shift;
}

/** The middle of the whole microseconds in the bin: off by less than 1/128 of any value in it. */
function middleOf(bin: number): number {
  return lowestOf(bin) + (2 ** shiftOf(bin) - 1) / 2;
}

export class Histogram {
  #bins = new Float64Array(INITIAL_BINS);
  #count = 0;
  // Sums of whole microseconds are exact (up to 285 years), so merging in any order gives the same.
  #sumUs = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;

  get count(): number {
    return this.#count;
  }
  get sumMs(): number {
    return this.#sumUs / 1000;
  }
  /** 0 while empty, as is maxMs. */
  get minMs(): number {
    return this.#count === 0 ? 0 : this.#minUs / 1000;
  }
  get maxMs(): number {
    return this.#maxUs / 1000;
  }

  /**
   * Counts one duration. Negative ones are taken as 0 and those above 30 days as 30 days.
   * @throws RangeError when the value is not a number
   */
  record(valueMs: number): void {
    // Nearly every duration is below 35 minutes and fits 32-bit integers, which are faster.
    const small = valueMs >= 0 && valueMs < INT32_MS;
    const us = small ? (valueMs * 1000 + 0.5) | 0 : clampedUs(valueMs);
    const bin = small ? binOfInt32(us) : binOf(us);
    if (bin >= this.#bins.length) this.#grow(bin);
    this.#bins[bin] = (this.#bins[bin] as number) + 1;
    this.#count += 1;
    this.#sumUs += us;
    if (us < this.#minUs) this.#minUs = us;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  /** Adds what the other has recorded. Percentiles of the sum are as exact as those of the parts. */
  merge(other: Histogram): void {
    if (other.#count === 0) return;
    const last = binOf(other.#maxUs);
    if (last >= this.#bins.length) this.#grow(last);
    for (let bin = binOf(other.#minUs); bin <= last; bin++) {
      this.#bins[bin] = (this.#bins[bin] as number) + (other.#bins[bin] as number);
    }
    this.#count += other.#count;
    this.#sumUs += other.#sumUs;
    this.#minUs = Math.min(this.#minUs, other.#minUs);
    this.#maxUs = Math.max(this.#maxUs, other.#maxUs);
  }

  /** Forgets everything and keeps the memory. */
  clear(): void {
    if (this.#count > 0) this.#bins.fill(0, binOf(this.#minUs), binOf(this.#maxUs) + 1);
    this.#count = 0;
    this.#sumUs = 0;
    this.#minUs = Number.POSITIVE_INFINITY;
    this.#maxUs = 0;
  }

  /**
   * The p-th percentile in milliseconds by nearest rank: the value whose rank in ascending order is ceil(p/100 x count).
   * The first and the last rank are exact; between them the answer is the middle of the bin that holds the rank, moved
   * into [minMs, maxMs]: less than 1/128 (0.8 %) from the recorded value. null while empty.
   * @throws RangeError unless 0 < p <= 100
   */
  percentile(p: number): number | null {
    if (!(p > 0 && p <= 100))
      throw new RangeError(`percentile must be above 0 and at most 100: ${p}`);
    if (this.#count === 0) return null;
    const exact = (p * this.#count) / 100;
    // 99.9 x 1000 / 100 may come out a hair above 999: take that off before rounding up.
    const rank = Math.ceil(exact - exact * 1e-12);
    if (rank <= 1) return this.minMs;
    if (rank >= this.#count) return this.maxMs;
    let seen = 0;
    let bin = binOf(this.#minUs) - 1;
    while (seen < rank) seen += this.#bins[++bin] as number;
    return Math.min(Math.max(middleOf(bin), this.#minUs), this.#maxUs) / 1000;
  }

  toData(): HistogramData {
    const bins: number[] = [];
    const counts: number[] = [];
    const last = this.#count === 0 ? -1 : binOf(this.#maxUs);
    for (let bin = this.#count === 0 ? 0 : binOf(this.#minUs); bin <= last; bin++) {
      const count = this.#bins[bin] as number;
      if (count === 0) continue;
      bins.push(bin);
      counts.push(count);
    }
    const { count, sumMs, minMs, maxMs } = this;
    return { unit: "us", count, sumMs, minMs, maxMs, bins, counts };
  }

  /** @throws RangeError when the data are not those of a histogram; the message says why */
  static fromData(data: HistogramData): Histogram {
    const problem = histogramProblem(data);
    if (problem !== null) throw new RangeError(`histogram: ${problem}`);
    const histogram = new Histogram();
    if (data.count === 0) return histogram;
    histogram.#grow(data.bins.at(-1) as number);
    data.bins.forEach((bin, i) => {
      histogram.#bins[bin] = data.counts[i] as number;
    });
    histogram.#count = data.count;
    histogram.#sumUs = Math.round(data.sumMs * 1000);
    histogram.#minUs = Math.round(data.minMs * 1000);
    histogram.#maxUs = Math.round(data.maxMs * 1000);
    return histogram;
  }

  #grow(bin: number): void {
    if (bin < this.#bins.length) return;
    const bins = new Float64Array(Math.min(BINS, Math.max(bin + 1, this.#bins.length * 2)));
    bins.set(this.#bins);
    this.#bins = bins;
  }
}

function clampedUs(valueMs: number): number {
  if (Number.isNaN(valueMs)) throw new RangeError("a duration to record must be a number");
  return Math.floor(Math.min(Math.max(valueMs, 0), MAX_MS) * 1000 + 0.5);
}

/** Why the value is not the data of a histogram; null when it is. */
export function histogramProblem(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return "must be an object";
  const data = value as Partial<HistogramData>;
  if (data.unit !== "us") return 'unit must be "us"';
  const { bins, counts } = data;
  if (!Array.isArray(bins) || !Array.isArray(counts)) return "bins and counts must be lists";
  if (bins.length !== counts.length) return "bins and counts must be of the same length";
  if (!bins.every((bin, i) => isCount(bin) && bin < BINS && (i === 0 || bin > bins[i - 1]))) {
    return `bins must be whole numbers below ${BINS} in ascending order`;
  }
  if (!counts.every((count) => isCount(count) && count > 0)) {
    return "counts must be whole numbers above 0";
  }
  if (data.count !== counts.reduce((sum, count) => sum + count, 0)) {
    return "count must be the sum of counts";
  }
  return extremesProblem(data as HistogramData);
}

function extremesProblem({ bins, sumMs, minMs, maxMs }: HistogramData): string | null {
  for (const value of [sumMs, minMs, maxMs]) {
    if (!Number.isFinite(value) || value < 0)
      return "sumMs, minMs and maxMs must be numbers, 0 or more";
  }
  if (bins.length === 0) {
    return sumMs + minMs + maxMs === 0 ? null : "sumMs, minMs and maxMs must be 0 when empty";
  }
  const fits =
    maxMs <= MAX_MS &&
    binOf(Math.round(minMs * 1000)) === bins[0] &&
    binOf(Math.round(maxMs * 1000)) === bins.at(-1);
  return fits ? null : "minMs and maxMs must lie in the first and the last bin";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
