import { type Key, type Sampler, uniform } from "@breakwater/scenario/plan";

/**
 * Random numbers for one thing, one after the other. They depend on the seed, the name of the stream and how many came
 * before out of the same stream; never on what else happens.
 */
export class RandomStream {
  readonly #key: Key;
  #drawn = 0;

  constructor(key: Key) {
    this.#key = key;
  }

  /** 0 <= u < 1. */
  uniform(): number {
    return uniform(this.#key.hi, this.#key.lo, this.#drawn++);
  }

  /** A time in milliseconds. */
  draw(sampler: Sampler): number {
    return sampler(this.#key.hi, this.#key.lo, this.#drawn++);
  }
}
