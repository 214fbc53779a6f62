import type { ResolvedLoad } from "../resolved/load.ts";
import { Intensity } from "./intensity.ts";
import { PURPOSE } from "./purpose.ts";
import { type Key, uniform } from "./random.ts";

type Open = Extract<ResolvedLoad["source"], { kind: "open" }>;

/** When requests arrive, one after the other. */
export interface ArrivalTimes {
  /** In milliseconds from the start of the run; Infinity when no more come. */
  next(): number;
}

/** Of a load whose requests come whatever happened to the ones before. */
export function arrivalTimes(
  load: ResolvedLoad,
  source: Open | Extract<ResolvedLoad["source"], { kind: "times" }>,
  key: Key,
): ArrivalTimes {
  return source.kind === "open" ? new Arrivals(load, source, key) : listed(source.atMs);
}

function listed(atMs: readonly number[]): ArrivalTimes {
  let index = 0;
  return { next: () => atMs[index++] ?? Infinity };
}

/** At the times of an open load, drawn or evenly spaced. */
class Arrivals implements ArrivalTimes {
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
