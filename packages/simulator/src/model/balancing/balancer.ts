/**
 * Shares out the calls to a service among its instances. One balancer stands for all callers of the service.
 *
 * Slow start: an instance that comes back is passed over with a probability that falls from 0.9 to 0 over the time that
 * is set, so that its share of the calls grows in a straight line.
 */
import type { ResolvedService } from "@breakwater/scenario";
import { PURPOSE, uniform } from "@breakwater/scenario/plan";
import type { Instance } from "../instance.ts";
import type { Request } from "../request.ts";
import type { World } from "../world.ts";
import type { Chooser } from "./chooser.ts";
import { makeChooser } from "./choosers.ts";
import { Rotation } from "./rotation.ts";

/** The part of its share that an instance gets at once. */
const FIRST_SHARE = 0.1;

export class Balancer {
  readonly #world: World;
  readonly #rotation: Rotation;
  readonly #chooser: Chooser;
  readonly #slowStartMs: number;
  /** When instances came back that are in their slow start. */
  readonly #cameBackAtMs = new Map<Instance, number>();

  constructor(
    world: World,
    instances: readonly Instance[],
    service: Pick<ResolvedService, "name" | "balancer" | "zones">,
  ) {
    const { name, balancer, zones = [] } = service;
    if (balancer === undefined) throw new RangeError(`${name} has no balancer`);
    this.#world = world;
    this.#slowStartMs = balancer.slowStartMs;
    this.#rotation = new Rotation(world, instances, zones, balancer, (back) => this.cameBack(back));
    this.#chooser = makeChooser(world, name, instances, balancer);
  }

  pick(request: Request): Instance | undefined {
    const { call } = request;
    if (call.parent.onlyTo !== undefined) return call.parent.onlyTo;
    let among = this.#rotation.of(call.within?.instance?.zone);
    if (this.#cameBackAtMs.size > 0) among = this.#thinned(among, request);
    return among.length > 0 ? this.#chooser.choose(among, request) : undefined;
  }

  /** An attempt ended, as its caller sees it; checks of health are no calls of anybody. */
  observed({ instance, call }: Request, ok: boolean): void {
    if (instance === undefined || call.parent.onlyTo !== undefined) return;
    this.#rotation.observed(instance, ok);
  }

  setHealth(instance: Instance, isWell: boolean): void {
    this.#rotation.setHealth(instance, isWell);
  }

  /** It was down, or out of rotation. */
  cameBack(instance: Instance): void {
    if (this.#slowStartMs > 0) this.#cameBackAtMs.set(instance, this.#world.kernel.nowMs);
  }

  #thinned(among: readonly Instance[], request: Request): readonly Instance[] {
    const { nowMs } = this.#world.kernel;
    for (const [instance, sinceMs] of this.#cameBackAtMs) {
      if (nowMs - sinceMs >= this.#slowStartMs) this.#cameBackAtMs.delete(instance);
    }
    const left = among.filter((instance) => {
      const sinceMs = this.#cameBackAtMs.get(instance);
      if (sinceMs === undefined) return true;
      const share = Math.max(FIRST_SHARE, (nowMs - sinceMs) / this.#slowStartMs);
      return uniform(request.hi, request.lo, PURPOSE.slowStart + instance.index) < share;
    });
    return left.length > 0 ? left : among;
  }
}
