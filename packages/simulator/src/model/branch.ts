/**
 * How a request goes through its steps: one after the other, or in several lines at once.
 */
import { type ChooseOp, chosen, type QuorumOp, uniform } from "@breakwater/scenario/plan";
import { Alarm, type KernelEvent } from "../kernel/event-queue.ts";
import type { Edge } from "./edge.ts";
import type { EdgeCall } from "./edge-call.ts";
import type { Op } from "./endpoint.ts";
import type { Instance } from "./instance.ts";
import { isCut, Quorum } from "./quorum.ts";
import type { Request } from "./request.ts";

/** A line of steps within a request: the request's own, or one side of a parallel step. */
export class Branch implements KernelEvent {
  readonly #alarm = new Alarm(this);
  readonly request: Request;
  readonly parent: Branch | Quorum | undefined;
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

  constructor(request: Request, ops: readonly Op[], parent?: Branch | Quorum) {
    this.request = request;
    this.#ops = ops;
    this.parent = parent;
  }

  /** Goes on with the next step. */
  run(): void {
    const { request } = this;
    while (request.state === "inService" && (request.cut === undefined || !isCut(this))) {
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
      } else if (op.kind !== "call") {
        if (this.#chooseOrAsk(op)) return;
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
    if (request.cut !== undefined && isCut(this)) instance.beginWaiting(request);
    else this.run();
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

  /** False when it was done at once. */
  #chooseOrAsk(op: ChooseOp<Edge> | QuorumOp<Edge>): boolean {
    const { request } = this;
    if (op.kind === "choose") {
      const ops = chosen(op, uniform(request.hi, request.lo, op.purpose));
      return ops.length > 0 && this.#fork([ops]);
    }
    const quorum = new Quorum(this, op);
    return !quorum.begin((ops) => new Branch(request, ops, quorum));
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
    else if (parent instanceof Quorum) parent.ended(this, true);
    else if (--parent.#pending > 0) (request.instance as Instance).beginWaiting(request);
    else if (!parent.#beginning) parent.run();
  }

  /** A call of this branch has settled. */
  answered(call: EdgeCall, optional: boolean): void {
    const { request } = this;
    if (request.state !== "inService") return;
    request.removeCall(call);
    if (request.cut !== undefined && isCut(this)) return;
    const { outcome } = call;
    if (outcome === "ok" || outcome === "fallback" || optional) {
      if (outcome !== "ok" || call.degraded) request.degraded = true;
      if (this.#beginning) this.#answeredAtOnce = true;
      else this.run();
    } else {
      this.fail();
    }
  }

  /** The request has failed, or the branch of the nearest quorum. */
  fail(): void {
    let branch: Branch = this;
    while (branch.parent instanceof Branch) branch = branch.parent;
    const { parent, request } = branch;
    if (parent instanceof Quorum) parent.ended(branch, false);
    else (request.instance as Instance).service.end(request, false);
  }
}
