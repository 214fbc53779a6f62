import type { ResolvedLoad } from "@breakwater/scenario";
import { Arrivals, derive, type Key, loadKey } from "@breakwater/scenario/plan";
import { Alarm, type KernelEvent } from "../../kernel/event-queue.ts";
import type { Edge } from "../edge.ts";
import type { World } from "../world.ts";

type Open = Extract<ResolvedLoad["source"], { kind: "open" }>;

/** Customers who come whatever happened to the ones before them. */
export class OpenSource implements KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly #world: World;
  readonly #edge: Edge;
  readonly #key: Key;
  readonly #arrivals: Arrivals;
  #arrived = 0;

  constructor(world: World, edge: Edge, load: ResolvedLoad, source: Open) {
    this.#world = world;
    this.#edge = edge;
    this.#key = loadKey(world.key, load.name);
    this.#arrivals = new Arrivals(load, source, this.#key);
  }

  start(): void {
    this.#scheduleNext();
  }

  /** A customer's call has ended; nobody comes or goes for it. */
  answered(): void {}

  fire(): void {
    const { hi, lo } = derive(this.#key, this.#arrived++);
    this.#scheduleNext();
    this.#edge.beginWith({ hi, lo, depth: 0, parent: this, optional: false, within: undefined });
  }

  #scheduleNext(): void {
    const atMs = this.#arrivals.next();
    if (atMs < Infinity)
      this.#world.kernel.at(Math.max(atMs, this.#world.kernel.nowMs), this.#alarm);
  }
}
