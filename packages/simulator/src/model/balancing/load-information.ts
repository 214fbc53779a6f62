import type { Instance } from "../instance.ts";
import type { World } from "../world.ts";

/** What a balancer knows of the number of requests in each instance, in work and waiting: of now, or of some time ago. */
export class LoadInformation {
  readonly #world: World;
  readonly #instances: readonly Instance[];
  readonly #refreshMs: number;
  #known: readonly number[] = [];
  #knownAtMs = Number.NEGATIVE_INFINITY;

  constructor(world: World, instances: readonly Instance[], refreshMs: number) {
    this.#world = world;
    this.#instances = instances;
    this.#refreshMs = refreshMs;
  }

  of(instance: Instance): number {
    if (this.#refreshMs === 0) return instance.load;
    const { nowMs } = this.#world.kernel;
    if (nowMs - this.#knownAtMs >= this.#refreshMs) {
      this.#known = this.#instances.map(({ load }) => load);
      this.#knownAtMs = nowMs;
    }
    return this.#known[instance.index] as number;
  }
}
