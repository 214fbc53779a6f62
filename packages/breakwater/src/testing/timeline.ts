/** Something that will happen in virtual time. */
export interface Coming {
  readonly atMs: number;
  /** Undefined once it happened or was called off. */
  happen: (() => void) | undefined;
}

/** Virtual time: what is to come, soonest first; of the same moment in the order in which it was added. */
export class Timeline {
  nowMs = 0;
  #coming: Coming[] = [];
  #next = 0;
  readonly #soon: (() => void)[] = [];

  add(atMs: number, happen: () => void): Coming {
    const coming: Coming = { atMs, happen };
    let low = this.#next;
    let high = this.#coming.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#coming[middle] as Coming).atMs > atMs) high = middle;
      else low = middle + 1;
    }
    this.#coming.splice(low, 0, coming);
    return coming;
  }

  /** Happens right after what happens now, before all else of the same moment: as a promise job does. */
  addSoon(happen: () => void): void {
    this.#soon.push(happen);
  }

  /** Until nothing is to come any more. */
  run(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      if (next.happen === undefined) continue;
      this.nowMs = next.atMs;
      const { happen } = next;
      next.happen = undefined;
      happen();
      for (let soon = this.#soon.shift(); soon !== undefined; soon = this.#soon.shift()) soon();
    }
  }

  #take(): Coming | undefined {
    const next = this.#coming[this.#next];
    if (next === undefined) return undefined;
    this.#next++;
    // The past is dropped now and then, and not one by one: that would move all the rest each time.
    if (this.#next > 1000) {
      this.#coming = this.#coming.slice(this.#next);
      this.#next = 0;
    }
    return next;
  }
}
