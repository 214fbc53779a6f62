import type { ResolvedSemantics } from "@breakwater/scenario";
import type { Instance } from "./instance.ts";
import type { Request } from "./request.ts";
import type { ServiceModel } from "./service.ts";

/**
 * Which of an edge's breakers guards a call, and which of its limits: one for the edge, or one per instance or worker
 * of the caller.
 */
export class BreakerScope {
  /** How many breakers there are. */
  readonly size: number;
  readonly #service: ServiceModel | undefined;
  readonly #perInstance: number;

  /** @param service the calling service; undefined for a load, or where nothing keeps count */
  constructor(scope: ResolvedSemantics["breakerScope"], service: ServiceModel | undefined) {
    this.#service = scope === "edge" ? undefined : service;
    const workers = service?.workers ?? 1;
    this.#perInstance = scope === "worker" && workers < Infinity ? workers : 1;
    const instances = this.#service?.instances.length ?? 1;
    this.size = this.#service === undefined ? 1 : instances * this.#perInstance;
  }

  indexOf(within: Request | undefined): number {
    if (within === undefined || this.#service === undefined) return 0;
    const { index } = within.instance as Instance;
    if (this.#perInstance === 1) return index;
    return index * this.#perInstance + within.lastWorker;
  }

  /** The breakers that live in an instance, as [from, to). None where they outlive it. */
  rangeOf(instance: number): [number, number] {
    if (this.#service === undefined) return [0, 0];
    return [instance * this.#perInstance, (instance + 1) * this.#perInstance];
  }

  /** "worker 3", "instance 1 worker 3"; "" for the only one. */
  nameOf(index: number): string {
    if (this.#service === undefined || this.size === 1) return "";
    const instance = this.#service.instances[Math.floor(index / this.#perInstance)] as Instance;
    const worker = this.#perInstance > 1 ? `worker ${index % this.#perInstance}` : "";
    return [instance.name, worker].filter((part) => part !== "").join(" ");
  }
}
