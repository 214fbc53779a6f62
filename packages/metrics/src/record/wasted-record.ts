import type { WasteCause, WastedPart } from "../result.ts";

/** Work for callers who had left, by the edge that it came over and by why they left. */
export class WastedRecord {
  readonly #parts = new Map<
    string,
    { edge: string; cause: WasteCause; requests: number; ms: number }
  >();

  add(edge: string, cause: WasteCause, ms: number): void {
    const key = `${cause} ${edge}`;
    const part = this.#parts.get(key);
    if (part === undefined) {
      this.#parts.set(key, { edge, cause, requests: 1, ms });
    } else {
      part.requests++;
      part.ms += ms;
    }
  }

  /** The most costly first. */
  result(): WastedPart[] {
    return [...this.#parts.values()].toSorted((a, b) => b.ms - a.ms);
  }
}
