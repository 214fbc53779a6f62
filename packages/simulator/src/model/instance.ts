/**
 * One copy of a service: its workers, its queue, and whether it is up, paused or short of workers.
 */
import { Deque } from "../kernel/deque.ts";
import { Branch } from "./branch.ts";
import { InService } from "./in-service.ts";
import type { Request } from "./request.ts";
import type { ServiceModel } from "./service.ts";
import { report, type World } from "./world.ts";

export class Instance {
  readonly world: World;
  readonly service: ServiceModel;
  readonly index: number;
  isUp = true;
  /** When its process was last started. */
  startedAtMs = 0;
  isPaused = false;
  pausedSinceMs = 0;
  pausedTotalMs = 0;
  busy = 0;
  /** Requests in service, with or without a worker. */
  readonly inService = new InService();
  readonly queue = new Deque<Request>();
  /** Numbers of idle workers, of services with a limit. */
  readonly #idle: number[] = [];
  /** Faults in force of each kind: they may overlap. */
  #pauses = 0;
  #crashes = 0;
  #lostShares: readonly number[] = [];
  #dispatching = false;
  #onResume: (() => void)[] = [];

  constructor(world: World, service: ServiceModel, index: number) {
    this.world = world;
    this.service = service;
    this.index = index;
    if (service.workers < Infinity) {
      for (let worker = service.workers - 1; worker >= 0; worker--) this.#idle.push(worker);
    }
  }

  /** Workers that there are at the moment. */
  get capacity(): number {
    const { workers } = this.service;
    if (this.#lostShares.length === 0) return workers;
    const left = 1 - this.#lostShares.reduce((sum, share) => sum + share, 0);
    return left <= 0 ? 0 : Math.ceil(workers * left - 1e-9);
  }

  /** Requests in it, in work and waiting. */
  get load(): number {
    return this.inService.count + this.queue.length;
  }

  /** Where it stands; undefined for a service without zones. */
  get zone(): string | undefined {
    const { zones } = this.service;
    return zones[this.index % zones.length];
  }

  get name(): string {
    return this.service.instances.length === 1 ? "" : `instance ${this.index}`;
  }

  /** Takes a request up, or lets it wait. False when there is no room. */
  accept(request: Request, inFront: boolean): boolean {
    request.instance = this;
    request.state = "queued";
    if (!this.isPaused && this.busy < this.capacity && this.queue.length === 0) {
      this.#takeUp(request);
      return true;
    }
    if (this.queue.length >= this.service.queueCapacity) return false;
    // The latest of a last-in-first-out queue is next anyway.
    if (inFront && this.service.queueOrder === "fifo") this.queue.pushFront(request);
    else this.queue.pushBack(request);
    this.service.record.queue.change(this.world.kernel.nowMs, 1);
    return true;
  }

  /** A branch wants its worker busy for so long. */
  work(branch: Branch, workMs: number): void {
    const { request } = branch;
    if (request.worker >= 0) {
      branch.workFor(workMs);
      return;
    }
    branch.waitingWorkMs = workMs;
    if (request.ready !== undefined) {
      request.ready.push(branch);
      return;
    }
    request.ready = [branch];
    if (!this.isPaused && this.busy < this.capacity && this.queue.length === 0) {
      this.#goOn(request);
    } else {
      this.queue.pushBack(request);
      this.service.record.queue.change(this.world.kernel.nowMs, 1);
    }
  }

  /** A branch is about to wait for a call: a worker that does not wait is free unless another branch needs it. */
  beginWaiting(request: Request): void {
    if (this.service.workersWait || request.working > 0 || request.worker < 0) return;
    this.#free(request);
    this.dispatch();
  }

  /** The request is over: its worker is free. */
  leave(request: Request): void {
    this.inService.remove(request);
    if (request.worker >= 0) this.#free(request);
  }

  /** Gives free workers to whoever waits. */
  dispatch(): void {
    // A request without work ends at once and frees its worker: the loop below goes on, not a deeper one.
    if (this.#dispatching) return;
    this.#dispatching = true;
    while (this.queue.length > 0 && !this.isPaused && this.isUp && this.busy < this.capacity) {
      const lifo = this.service.queueOrder === "lifo";
      const request = (lifo ? this.queue.popBack() : this.queue.popFront()) as Request;
      this.service.record.queue.change(this.world.kernel.nowMs, -1);
      if (request.state === "ended") continue;
      if (request.state === "inService") {
        this.#goOn(request);
      } else if (request.abandoned && this.world.semantics.abandonedInQueue === "dropped") {
        this.service.drop(request);
      } else if (this.world.kernel.nowMs - request.arrivedAtMs > this.service.queueMaxWaitMs) {
        this.service.refuse(request);
      } else {
        this.#takeUp(request);
      }
    }
    this.#dispatching = false;
  }

  pause(): void {
    if (this.#pauses++ > 0) return;
    this.isPaused = true;
    this.pausedSinceMs = this.world.kernel.nowMs;
    report(this.world, "instancePaused", this.service.name, this.name);
  }

  resume(): void {
    if (--this.#pauses > 0) return;
    this.isPaused = false;
    this.pausedTotalMs += this.world.kernel.nowMs - this.pausedSinceMs;
    report(this.world, "instanceResumed", this.service.name, this.name);
    this.settleWaiting();
    this.dispatch();
  }

  /** What a paused process would do, it does when it goes on. */
  whenResumed(action: () => void): void {
    this.#onResume.push(action);
  }

  /** Does what waited for the end of a pause; after a crash it concerns requests that are no more. */
  settleWaiting(): void {
    const waiting = this.#onResume;
    this.#onResume = [];
    for (const action of waiting) action();
  }

  loseShare(share: number): void {
    this.#lostShares = [...this.#lostShares, share];
  }

  regainShare(share: number): void {
    const index = this.#lostShares.indexOf(share);
    this.#lostShares = this.#lostShares.toSpliced(index, 1);
    this.dispatch();
  }

  /** Loses everything in work and in the queue. Returns what was lost, in order. */
  crash(): readonly Request[] {
    if (this.#crashes++ > 0) return [];
    this.isUp = false;
    report(this.world, "instanceCrashed", this.service.name, this.name);
    const lost: Request[] = this.inService.all();
    for (;;) {
      const request = this.queue.popFront();
      if (request === undefined) break;
      this.service.record.queue.change(this.world.kernel.nowMs, -1);
      if (request.state === "queued") lost.push(request);
    }
    return lost;
  }

  restart(): void {
    if (--this.#crashes > 0) return;
    this.isUp = true;
    this.startedAtMs = this.world.kernel.nowMs;
    report(this.world, "instanceRestarted", this.service.name, this.name);
    this.service.balancer?.cameBack(this);
  }

  #takeUp(request: Request): void {
    request.state = "inService";
    request.takenUpAtMs = this.world.kernel.nowMs;
    this.inService.add(request);
    this.#hold(request);
    this.service.begin(new Branch(request, request.endpoint.ops));
  }

  #goOn(request: Request): void {
    this.#hold(request);
    const branches = request.ready ?? [];
    request.ready = undefined;
    for (const branch of branches) branch.workFor(branch.waitingWorkMs);
  }

  #hold(request: Request): void {
    request.worker = this.#idle.pop() ?? 0;
    request.lastWorker = request.worker;
    request.heldSinceMs = this.world.kernel.nowMs;
    this.busy++;
    this.service.record.busy.change(request.heldSinceMs, 1);
  }

  #free(request: Request): void {
    const { nowMs } = this.world.kernel;
    if (this.service.workers < Infinity) this.#idle.push(request.worker);
    request.worker = -1;
    request.heldMs += nowMs - request.heldSinceMs;
    this.busy--;
    this.service.record.busy.change(nowMs, -1);
    this.service.record.lastBusyMs = nowMs;
  }
}
