/**
 * Active health checks. Each instance is checked at once when the run begins and then every interval while the load
 * plays. So many failures in a row take it out of rotation, so many good answers bring it back; it begins well.
 */
import type { ResolvedHealthChecks } from "@breakwater/scenario";
import { derive, type Key, nameWord } from "@breakwater/scenario/plan";
import { Alarm, type KernelEvent } from "../../kernel/event-queue.ts";
import type { Edge } from "../edge.ts";
import type { CallParent, EdgeCall } from "../edge-call.ts";
import type { Instance } from "../instance.ts";
import { later } from "../later.ts";
import type { ServiceModel } from "../service.ts";
import { report, type World } from "../world.ts";

export class HealthChecks {
  readonly #checks: readonly HealthCheck[];

  /** @param edge over which an endpoint is asked; undefined: the state of the process is looked at */
  constructor(
    world: World,
    service: ServiceModel,
    options: ResolvedHealthChecks,
    edge: Edge | undefined,
    endMs: number,
  ) {
    const key = derive(world.key, nameWord(`health ${service.name}`));
    this.#checks = service.instances.map(
      (instance) =>
        new HealthCheck(world, instance, options, edge, derive(key, instance.index), endMs),
    );
  }

  start(): void {
    for (const check of this.#checks) check.start();
  }
}

class HealthCheck implements KernelEvent, CallParent {
  readonly #alarm = new Alarm(this);
  readonly onlyTo: Instance;
  readonly #world: World;
  readonly #options: ResolvedHealthChecks;
  readonly #edge: Edge | undefined;
  readonly #key: Key;
  readonly #endMs: number;
  #count = 0;
  #isWell = true;
  /** Results in a row that speak against its state. */
  #against = 0;

  constructor(
    world: World,
    instance: Instance,
    options: ResolvedHealthChecks,
    edge: Edge | undefined,
    key: Key,
    endMs: number,
  ) {
    this.#world = world;
    this.onlyTo = instance;
    this.#options = options;
    this.#edge = edge;
    this.#key = key;
    this.#endMs = endMs;
  }

  start(): void {
    this.#world.kernel.at(0, this.#alarm);
  }

  fire(nowMs: number): void {
    const nextMs = nowMs + this.#options.intervalMs;
    if (nextMs < this.#endMs) this.#world.kernel.at(nextMs, this.#alarm);
    if (this.#edge === undefined) {
      this.#look(nowMs);
      return;
    }
    const { hi, lo } = derive(this.#key, this.#count++);
    this.#edge.beginWith({ hi, lo, depth: 0, parent: this, optional: false, within: undefined });
  }

  answered({ outcome }: EdgeCall): void {
    this.#told(outcome === "ok");
  }

  /** A process that is down refuses at once; one that is paused answers when it goes on, if that is in time. */
  #look(nowMs: number): void {
    const instance = this.onlyTo;
    if (!instance.isUp || !instance.isPaused) {
      this.#told(instance.isUp);
      return;
    }
    let over = false;
    const end = (ok: boolean): void => {
      if (!over) this.#told(ok);
      over = true;
    };
    instance.whenResumed(() => end(instance.isUp));
    this.#world.kernel.at(
      nowMs + this.#options.timeoutMs,
      later(() => end(false)),
    );
  }

  #told(ok: boolean): void {
    if (ok === this.#isWell) {
      this.#against = 0;
      return;
    }
    const { unhealthyAfter, healthyAfter } = this.#options;
    const needs = ok ? healthyAfter : unhealthyAfter;
    if (++this.#against < needs) return;
    this.#against = 0;
    this.#isWell = ok;
    const { service, name } = this.onlyTo;
    const reason = `${needs} ${ok ? "good" : "failed"} checks in a row`;
    report(this.#world, ok ? "instanceHealthy" : "instanceUnhealthy", service.name, name, reason);
    service.balancer?.setHealth(this.onlyTo, ok);
  }
}
