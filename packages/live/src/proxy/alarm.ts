/** One thing to do later. */
export class Alarm {
  #timer: NodeJS.Timeout | undefined;
  #atMs = 0;

  /** In place of what was set before. */
  set(afterMs: number, ring: () => void): void {
    this.clear();
    this.#atMs = performance.now() + afterMs;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      ring();
    }, afterMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Milliseconds until it rings; undefined if nothing is set. */
  get leftMs(): number | undefined {
    if (this.#timer === undefined) return undefined;
    return Math.max(0, Math.round(this.#atMs - performance.now()));
  }
}
