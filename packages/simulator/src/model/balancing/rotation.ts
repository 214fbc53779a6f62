/**
 * Who may be asked: the instances that are well and not ejected, in the zone of the caller where that matters.
 *
 * Invariants
 *   1. With a share of instances in rotation that is below the panic threshold, all of them may be asked.
 *   2. A zone with an instance in rotation keeps its callers' calls; others go anywhere.
 */
import { OutlierDetector, type OutlierFact } from "@breakwater/policy";
import type { ResolvedBalancer } from "@breakwater/scenario";
import type { Instance } from "../instance.ts";
import { report, type World } from "../world.ts";

export class Rotation {
  readonly #world: World;
  readonly #instances: readonly Instance[];
  readonly #zones: readonly string[];
  readonly #panic: number;
  readonly #detector: OutlierDetector | undefined;
  readonly #returned: (instance: Instance) => void;
  readonly #unhealthy = new Set<Instance>();
  readonly #ejected = new Set<Instance>();
  /** As it was at the last change; by zone, "" for all. */
  #known = new Map<string, readonly Instance[]>();

  /** @param returned is told of an instance that was out and is back in */
  constructor(
    world: World,
    instances: readonly Instance[],
    zones: readonly string[],
    options: ResolvedBalancer,
    returned: (instance: Instance) => void,
  ) {
    this.#world = world;
    this.#instances = instances;
    this.#zones = options.zoneAware ? zones : [];
    this.#panic = options.panic;
    this.#returned = returned;
    this.#detector =
      options.outlierDetection &&
      new OutlierDetector(
        options.outlierDetection,
        instances.map(({ index }) => `${index}`),
        (fact) => this.#found(fact),
      );
  }

  /** @param zone that of the caller; undefined for one that has none */
  of(zone: string | undefined): readonly Instance[] {
    this.#detector?.advance(this.#world.kernel.nowMs);
    const where = zone !== undefined && this.#zones.includes(zone) ? zone : "";
    let among = this.#known.get(where);
    if (among === undefined) {
      among = this.#find(where);
      this.#known.set(where, among);
    }
    return among;
  }

  /** An attempt ended, as its caller sees it. */
  observed(instance: Instance, ok: boolean): void {
    this.#detector?.record(`${instance.index}`, ok, this.#world.kernel.nowMs);
  }

  setHealth(instance: Instance, isWell: boolean): void {
    if (isWell) this.#unhealthy.delete(instance);
    else this.#unhealthy.add(instance);
    this.#changed(instance, isWell);
  }

  #find(zone: string): readonly Instance[] {
    const all = this.#instances;
    const well = all.filter((each) => !this.#unhealthy.has(each) && !this.#ejected.has(each));
    const among = well.length / all.length < this.#panic ? all : well;
    const near = among.filter(({ index }) => this.#zones[index % this.#zones.length] === zone);
    return near.length > 0 ? near : among;
  }

  #found(fact: OutlierFact): void {
    const instance = this.#instances[Number(fact.host)];
    if (instance === undefined || fact.type === "hostKept") return;
    const { name } = instance.service;
    if (fact.type === "hostEjected") {
      this.#ejected.add(instance);
      report(this.#world, "instanceEjected", name, instance.name, fact.reason);
    } else {
      this.#ejected.delete(instance);
      report(this.#world, "instanceReturned", name, instance.name);
    }
    this.#changed(instance, fact.type === "hostReturned");
  }

  #changed(instance: Instance, isIn: boolean): void {
    this.#known = new Map();
    if (isIn) this.#returned(instance);
  }
}
