import { seedKey, uniform } from "@breakwater/scenario/plan";

/** Random choices for tests: the same seed, the same choices. */
export class Chance {
  readonly #key: { readonly hi: number; readonly lo: number };
  #drawn = 0;

  constructor(seed: number) {
    this.#key = seedKey(seed);
  }

  share(): number {
    return uniform(this.#key.hi, this.#key.lo, this.#drawn++);
  }

  /** A whole number from `min` to `max`. */
  int(min: number, max: number): number {
    return min + Math.floor(this.share() * (max - min + 1));
  }

  isTrue(probability: number): boolean {
    return this.share() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(0, from.length - 1)] as T;
  }
}
