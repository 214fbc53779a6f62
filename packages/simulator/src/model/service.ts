/**
 * A service: its instances, its endpoints, and what the faults in force make of its requests.
 */
import { ServiceRecord } from "@breakwater/metrics";
import type { ResolvedService } from "@breakwater/scenario";
import { PURPOSE, uniform } from "@breakwater/scenario/plan";
import { Balancer } from "./balancing/balancer.ts";
import type { Branch } from "./branch.ts";
import type { Endpoint } from "./endpoint.ts";
import { type FaultInForce, inForce, strikes } from "./faults/fault.ts";
import { Instance } from "./instance.ts";
import type { Request } from "./request.ts";
import { report, type World } from "./world.ts";

export class ServiceModel {
  readonly name: string;
  readonly zones: readonly string[];
  readonly workers: number;
  readonly workersWait: boolean;
  readonly queueCapacity: number;
  readonly queueOrder: "fifo" | "lifo";
  readonly queueMaxWaitMs: number;
  readonly #slowdown: ResolvedService["slowdown"];
  readonly instances: readonly Instance[];
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly record: ServiceRecord;
  /** Absent: calls go to the instances in turn. */
  readonly balancer: Balancer | undefined;
  /** All faults of the run that name this service, past and future ones as well. */
  readonly faults: FaultInForce[] = [];
  readonly #world: World;
  #turn = 0;
  /** Told once per run, or a full queue would fill the event log. */
  #queueFullReported = false;

  constructor(world: World, service: ResolvedService) {
    this.#world = world;
    this.name = service.name;
    this.zones = service.zones ?? [];
    this.workers = service.workers;
    this.workersWait = service.workersWait;
    this.queueCapacity = service.queueCapacity;
    this.queueOrder = service.queueOrder;
    this.queueMaxWaitMs = service.queueMaxWaitMs ?? Infinity;
    this.#slowdown = service.slowdown;
    this.record = new ServiceRecord(service, world.bucketMs);
    this.instances = Array.from(
      { length: service.instances },
      (_, index) => new Instance(world, this, index),
    );
    this.endpoints = new Map(
      service.endpoints.map(({ name, errorRate }) => [name, { name, errorRate, ops: [] }]),
    );
    this.balancer = service.balancer && new Balancer(world, this.instances, service);
  }

  /** The instance whose turn it is, or that the balancer chooses; undefined when none may be asked. */
  nextInstance(request: Request): Instance | undefined {
    if (this.balancer !== undefined) return this.balancer.pick(request);
    const instance = this.instances[this.#turn] as Instance;
    this.#turn = (this.#turn + 1) % this.instances.length;
    return instance;
  }

  /** A request has come in over the network. */
  arrive(request: Request): void {
    const { nowMs } = this.#world.kernel;
    this.record.arrived.add(nowMs);
    this.record.inFlight++;
    this.record.presence.came(nowMs);
    request.arrivedAtMs = nowMs;
    const instance = request.instance as Instance;
    const again = request.attempt > 1 && this.#world.semantics.retriedRequests === "front";
    if (!instance.isUp) {
      this.#lose(request);
    } else if (!instance.accept(request, again)) {
      if (!this.#queueFullReported) {
        this.#queueFullReported = true;
        report(this.#world, "queueFull", this.name, instance.name, `${this.queueCapacity} waiting`);
      }
      this.refuse(request);
    }
  }

  /** A request is refused: there is no room for it, or it has waited for too long. */
  refuse(request: Request): void {
    const { nowMs } = this.#world.kernel;
    this.record.inFlight--;
    this.record.presence.left(request.arrivedAtMs, nowMs);
    this.record.rejected.add(nowMs);
    request.state = "ended";
    request.call.edge.reply(request, false);
  }

  /** A worker has taken the request up. */
  begin(branch: Branch): void {
    const { request } = branch;
    let heldUntilMs = 0;
    for (const force of this.faults) {
      const { model, fault } = force;
      if (model.heldUntilMs === undefined && model.failsAtOnce === undefined) continue;
      if (!this.#struck(force, request)) continue;
      heldUntilMs = Math.max(heldUntilMs, model.heldUntilMs?.(fault) ?? 0);
      if (model.heldUntilMs !== undefined) force.struck++;
      if (model.failsAtOnce?.(fault)) {
        force.struck++;
        this.end(request, false);
        return;
      }
    }
    const { nowMs } = this.#world.kernel;
    if (heldUntilMs <= nowMs) branch.run();
    else if (heldUntilMs < Infinity) branch.workFor(heldUntilMs - nowMs);
  }

  stretch(request: Request, workMs: number): number {
    let stretched = this.#slowdown === undefined ? workMs : workMs * this.#slowness(request);
    for (const force of this.faults) {
      const factor = force.model.stretch?.(force.fault, request.instance as Instance) ?? 1;
      if (factor === 1 || !this.#struck(force, request)) continue;
      stretched *= factor;
      force.struck++;
    }
    return stretched;
  }

  /** The request's own steps are done: faults may add work, or turn the answer into an error. */
  programEnded(branch: Branch): void {
    const { request } = branch;
    if (this.faults.length > 0 && !request.ownWorkDone) {
      request.ownWorkDone = true;
      const extraMs = this.#extraMs(request);
      if (extraMs > 0) {
        (request.instance as Instance).work(branch, extraMs);
        return;
      }
    }
    this.end(request, !this.#failsAfterWork(request));
  }

  /** The request is answered. */
  end(request: Request, ok: boolean): void {
    const { nowMs } = this.#world.kernel;
    const instance = this.#leave(request);
    (ok ? this.record.ok : this.record.failed).add(nowMs);
    this.record.answered(request, nowMs);
    this.record.presence.left(request.arrivedAtMs, nowMs);
    instance.dispatch();
    request.call.edge.reply(request, ok);
  }

  /** The caller of a request in service has left: the work is stopped, by a frozen process when it goes on. */
  stop(request: Request): void {
    const instance = request.instance as Instance;
    if (instance.isPaused) instance.whenResumed(() => this.stop(request));
    else if (request.state === "inService") this.drop(request);
  }

  /** The caller has left, and the request goes with it. */
  drop(request: Request): void {
    const queued = request.state === "queued";
    const instance = request.instance as Instance;
    if (queued) request.state = "ended";
    else this.#leave(request);
    this.record.dropped(request);
    this.record.presence.left(request.arrivedAtMs, this.#world.kernel.nowMs);
    this.#world.live--;
    if (!queued) instance.dispatch();
  }

  /** Everything in the instance is lost, and the connections break. */
  crash(instance: Instance): void {
    for (const request of instance.crash()) {
      // The loss of one may have ended another: a sibling under the same caller, or the call of a call.
      if (request.state === "ended") continue;
      if (request.state === "inService") this.#leave(request);
      this.#lose(request);
    }
    instance.settleWaiting();
    for (const edge of this.callsOut) edge.resetEngines(instance.index);
  }

  /** Edges over which this service calls others; filled in as they are made. */
  readonly callsOut: { resetEngines(instance: number): void }[] = [];

  #lose(request: Request): void {
    request.state = "ended";
    this.record.inFlight--;
    this.record.presence.left(request.arrivedAtMs, this.#world.kernel.nowMs);
    this.record.lost++;
    request.call.edge.reply(request, false);
  }

  #leave(request: Request): Instance {
    const instance = request.instance as Instance;
    request.state = "ended";
    request.cancelCalls();
    instance.leave(request);
    return instance;
  }

  /** Whether a fault that works on requests in service strikes this one now. */
  #struck(force: FaultInForce, request: Request): boolean {
    const { fault, model } = force;
    const { nowMs } = this.#world.kernel;
    const began = request.takenUpAtMs;
    const reached = model.strikesInFlight?.(fault)
      ? inForce(force, nowMs) || (began < fault.endMs && nowMs >= fault.endMs)
      : began >= fault.atMs && began < fault.endMs;
    return reached && strikes(force, request);
  }

  #slowness({ instance }: Request): number {
    const { perRequest = 0, from = 1 } = this.#slowdown ?? {};
    return 1 + perRequest * Math.max(0, (instance?.inService.count ?? 0) - from);
  }

  #extraMs(request: Request): number {
    let sum = 0;
    for (const force of this.faults) {
      if (force.model.extraMs === undefined || !this.#struck(force, request)) continue;
      const extraMs = force.model.extraMs(force, request);
      if (extraMs > 0) force.struck++;
      sum += extraMs;
    }
    return sum;
  }

  #failsAfterWork(request: Request): boolean {
    for (const force of this.faults) {
      if (!force.model.failsAfterWork?.(force.fault) || !this.#struck(force, request)) continue;
      force.struck++;
      return true;
    }
    const { errorRate } = request.endpoint;
    return errorRate > 0 && uniform(request.hi, request.lo, PURPOSE.endpointError) < errorRate;
  }
}
