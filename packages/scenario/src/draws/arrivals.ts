import type { ResolvedLoad } from "../resolved.ts";
import { Intensity } from "./intensity.ts";
import { PURPOSE } from "./purpose.ts";
import { type Key, uniform } from "./random.ts";

type Open = Extract<ResolvedLoad["source"], { kind: "open" }>;

/** When the requests of an open load arrive, one after the other. */
export class Arrivals {
  readonly #source: Open;
  readonly #key: Key;
  readonly #intensity: Intensity;
  readonly #msPerArrival: number;
  #arrivals = 0;
  #area = 0;

  /** @param key of the load, see `loadKey` */
  constructor(load: ResolvedLoad, source: Open, key: Key) {
    this.#source = source;
    this.#key = key;
    this.#intensity = new Intensity(load.shape, load.startMs, load.endMs);
    this.#msPerArrival = 1000 / source.rate;
  }

  /** In milliseconds from the start of the run; Infinity when no more come. */
  next(): number {
    const poisson = this.#source.arrivals === "poisson";
    const { hi, lo } = this.#key;
    const u = poisson ? uniform(hi, lo, PURPOSE.arrival + this.#arrivals) : 0;
    // A steady stream starts with an arrival; a Poisson stream with a gap.
    if (poisson) this.#area -= this.#msPerArrival * Math.log1p(-u);
    else this.#area = this.#arrivals * this.#msPerArrival;
    this.#arrivals++;
    return this.#intensity.timeAt(this.#area);
  }
}
