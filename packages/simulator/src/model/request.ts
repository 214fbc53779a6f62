/**
 * A request: one attempt of a call, at the service that it was sent to. It lives on when its caller has given up,
 * as requests do.
 */
import { deriveHi, deriveLo } from "@breakwater/scenario/plan";
import { Alarm, type KernelEvent } from "../kernel/event-queue.ts";
import type { EdgeCall } from "./edge-call.ts";
import type { Endpoint, Op } from "./endpoint.ts";
import type { Instance } from "./instance.ts";

export type RequestState = "travelling" | "queued" | "inService" | "ended";

export class Request {
  readonly call: EdgeCall;
  readonly attempt: number;
  readonly endpoint: Endpoint;
  readonly hi: number;
  readonly lo: number;
  /** Services that the chain of calls has passed through, this one included. */
  readonly depth: number;
  instance: Instance | undefined = undefined;
  state: RequestState = "travelling";
  /** Nobody waits for the answer any more. */
  abandoned = false;
  /** A part of the answer is missing or stands in for the real one. */
  degraded = false;
  /** The answer will be an error (a fault, or a required call that failed). */
  failed = false;
  /** The endpoint's steps are done; a fault may still add to them. */
  ownWorkDone = false;
  takenUpAtMs = -1;
  /** The worker that holds it; -1 for none. */
  worker = -1;
  /** The worker that holds it or was the last to do so: the process that its calls go out from. */
  lastWorker = 0;
  heldSinceMs = 0;
  heldMs = 0;
  /** Branches that keep the worker busy right now. */
  working = 0;
  /** Branches that wait for a worker to go on (services whose workers do not wait). */
  ready: Branch[] | undefined = undefined;
  /** Calls to other services that are out. */
  calls: EdgeCall[] = [];
  /** Neighbours among the requests in service at the instance. */
  before: Request | undefined = undefined;
  behind: Request | undefined = undefined;

  constructor(call: EdgeCall, endpoint: Endpoint) {
    this.call = call;
    this.attempt = call.attempt;
    this.endpoint = endpoint;
    this.hi = deriveHi(call.hi, call.lo, call.attempt);
    this.lo = deriveLo(call.hi, call.lo, call.attempt);
    this.depth = call.depth + 1;
  }
}

/** A line of steps within a request: the request's own, or one side of a parallel step. */
export class Branch implements KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly request: Request;
  readonly parent: Branch | undefined;
  readonly #ops: readonly Op[];
  #next = 0;
  /** Branches of the current parallel step that are not done. */
  #pending = 0;
  /** While a step begins: what ends at once is gone on from in the loop of `run`, not in a deeper one. */
  #beginning = false;
  #answeredAtOnce = false;
  /** How long the instance had been paused in all when the current work began. */
  #pausedMs = 0;
  /** What was drawn as the current work, for a branch that waits for a worker first. */
  waitingWorkMs = 0;

  constructor(request: Request, ops: readonly Op[], parent?: Branch) {
    this.request = request;
    this.#ops = ops;
    this.parent = parent;
  }

  /** Goes on with the next step. */
  run(): void {
    const { request } = this;
    while (request.state === "inService") {
      const op = this.#ops[this.#next++];
      if (op === undefined) {
        this.#ended();
        return;
      }
      const instance = request.instance as Instance;
      if (op.kind === "work") {
        const drawnMs = op.sample(request.hi, request.lo, op.purpose);
        instance.work(this, instance.service.stretch(request, drawnMs));
        return;
      }
      if (op.kind === "parallel") {
        if (this.#fork(op.branches)) return;
      } else if (request.depth < op.maxDepth) {
        instance.beginWaiting(request);
        // Whoever took the worker over may have ended this request, through a caller of both.
        if (request.state !== "inService" || !this.#call(op)) return;
      }
    }
  }

  /** Keeps its worker busy for so long; pauses of the instance come on top. */
  workFor(workMs: number): void {
    const instance = this.request.instance as Instance;
    this.#pausedMs = instance.pausedTotalMs;
    this.request.working++;
    instance.world.kernel.after(workMs, this.#alarm);
  }

  fire(nowMs: number): void {
    const { request } = this;
    if (request.state !== "inService") return;
    const instance = request.instance as Instance;
    if (instance.isPaused) {
      const missedMs = instance.pausedTotalMs - this.#pausedMs;
      const leftMs = nowMs - instance.pausedSinceMs + missedMs;
      instance.whenResumed(() => this.#workOn(leftMs));
      return;
    }
    const missedMs = instance.pausedTotalMs - this.#pausedMs;
    if (missedMs > 0) {
      this.#pausedMs = instance.pausedTotalMs;
      instance.world.kernel.after(missedMs, this.#alarm);
      return;
    }
    request.working--;
    this.run();
  }

  #workOn(leftMs: number): void {
    if (this.request.state !== "inService") return;
    const instance = this.request.instance as Instance;
    this.#pausedMs = instance.pausedTotalMs;
    instance.world.kernel.after(leftMs, this.#alarm);
  }

  /** True when the call was answered at once and the request goes on. */
  #call(op: Extract<Op, { kind: "call" }>): boolean {
    this.#beginning = true;
    this.#answeredAtOnce = false;
    op.edge.begin(this, op);
    this.#beginning = false;
    return this.#answeredAtOnce;
  }

  /** False when all branches were done at once. */
  #fork(branches: readonly (readonly Op[])[]): boolean {
    const { request } = this;
    this.#pending = branches.length;
    // The worker is not let go before every branch had its turn to need it.
    request.working++;
    this.#beginning = true;
    for (const ops of branches) new Branch(request, ops, this).run();
    this.#beginning = false;
    request.working--;
    if (this.#pending === 0) return false;
    if (request.state === "inService") (request.instance as Instance).beginWaiting(request);
    return true;
  }

  #ended(): void {
    const { parent, request } = this;
    if (parent === undefined) (request.instance as Instance).service.programEnded(this);
    else if (--parent.#pending > 0) (request.instance as Instance).beginWaiting(request);
    else if (!parent.#beginning) parent.run();
  }

  /** A call of this branch has settled. */
  answered(call: EdgeCall, optional: boolean): void {
    const { request } = this;
    if (request.state !== "inService") return;
    request.calls.splice(request.calls.indexOf(call), 1);
    const { outcome } = call;
    if (outcome === "ok" || outcome === "fallback" || optional) {
      if (outcome !== "ok" || call.degraded) request.degraded = true;
      if (this.#beginning) this.#answeredAtOnce = true;
      else this.run();
    } else {
      (request.instance as Instance).service.end(request, false);
    }
  }
}

/** A message that takes no time is a function call; every so many services it is an event, or the stack would overflow. */
export function breaksChain({ depth }: Request): boolean {
  return depth % 64 === 0;
}
