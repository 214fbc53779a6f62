/** Slices that are kept at most; more than that and each becomes twice as wide. */
const MOST_SLICES = 4096;

/** How many calls came when: counts per slice of time, of which there are never too many, whatever the times are. */
export class Slices {
  #widthMs = 1000;
  #counts = new Map<number, number>();
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  add(atMs: number): void {
    this.#firstMs = Math.min(this.#firstMs, atMs);
    this.#lastMs = Math.max(this.#lastMs, atMs);
    const slice = Math.floor(atMs / this.#widthMs);
    this.#counts.set(slice, (this.#counts.get(slice) ?? 0) + 1);
    if (this.#counts.size > MOST_SLICES) this.#widen();
  }

  /** undefined while no call has had a time. */
  get span(): { readonly fromMs: number; readonly toMs: number } | undefined {
    if (this.#counts.size === 0) return undefined;
    return { fromMs: this.#firstMs, toMs: this.#lastMs };
  }

  /** Calls in each of so many equal parts of the span; a slice that lies over an edge is shared out. */
  parts(count: number): number[] {
    const parts = new Array<number>(count).fill(0);
    const partMs = (this.#lastMs - this.#firstMs) / count;
    if (!(partMs > 0)) return parts;
    for (const [slice, calls] of this.#counts) {
      const fromMs = Math.max(slice * this.#widthMs, this.#firstMs);
      const toMs = Math.min((slice + 1) * this.#widthMs, this.#lastMs);
      share(parts, calls, (fromMs - this.#firstMs) / partMs, (toMs - this.#firstMs) / partMs);
    }
    return parts;
  }

  #widen(): void {
    this.#widthMs *= 2;
    const counts = new Map<number, number>();
    for (const [slice, calls] of this.#counts) {
      const wider = Math.floor(slice / 2);
      counts.set(wider, (counts.get(wider) ?? 0) + calls);
    }
    this.#counts = counts;
  }
}

/** Narrower than this, in parts, a slice lies in one of them. */
const POINT = 1e-6;

/** Shares calls out over the parts that [from, to) lies over. */
function share(parts: number[], calls: number, from: number, to: number): void {
  const first = Math.min(Math.floor(from), parts.length - 1);
  const last = to - from < POINT ? first : Math.min(Math.ceil(to), parts.length) - 1;
  for (let part = first; part <= last; part++) {
    const overlap =
      first === last ? 1 : (Math.min(to, part + 1) - Math.max(from, part)) / (to - from);
    parts[part] = (parts[part] as number) + calls * overlap;
  }
}
