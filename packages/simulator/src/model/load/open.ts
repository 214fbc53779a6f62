import type { ResolvedLoad } from "@breakwater/scenario";
import { Alarm, type KernelEvent } from "../../kernel/event-queue.ts";
import { derive, type Key, nameWord, uniform } from "../../kernel/random.ts";
import type { Edge } from "../edge.ts";
import { PURPOSE, type World } from "../world.ts";
import { Intensity } from "./intensity.ts";

type Open = Extract<ResolvedLoad["source"], { kind: "open" }>;

/** Customers who come whatever happened to the ones before them. */
export class OpenSource implements KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly #world: World;
  readonly #edge: Edge;
  readonly #source: Open;
  readonly #key: Key;
  readonly #intensity: Intensity;
  readonly #msPerArrival: number;
  #arrivals = 0;
  #area = 0;

  constructor(world: World, edge: Edge, load: ResolvedLoad, source: Open) {
    this.#world = world;
    this.#edge = edge;
    this.#source = source;
    this.#key = derive(world.key, nameWord(`load ${load.name}`));
    this.#intensity = new Intensity(load.shape, load.startMs, load.endMs);
    this.#msPerArrival = 1000 / source.rate;
  }

  start(): void {
    this.#scheduleNext();
  }

  /** A customer's call has ended; nobody comes or goes for it. */
  answered(): void {}

  fire(): void {
    const { hi, lo } = derive(this.#key, this.#arrivals++);
    this.#scheduleNext();
    this.#edge.beginWith({ hi, lo, depth: 0, parent: this, optional: false, within: undefined });
  }

  #scheduleNext(): void {
    const poisson = this.#source.arrivals === "poisson";
    const { hi, lo } = this.#key;
    const u = poisson ? uniform(hi, lo, PURPOSE.arrival + this.#arrivals) : 0;
    // A steady stream starts with an arrival; a Poisson stream with a gap.
    if (poisson) this.#area -= this.#msPerArrival * Math.log1p(-u);
    else this.#area = this.#arrivals * this.#msPerArrival;
    const atMs = this.#intensity.timeAt(this.#area);
    if (atMs < Infinity)
      this.#world.kernel.at(Math.max(atMs, this.#world.kernel.nowMs), this.#alarm);
  }
}
