/**
 * A call over an edge. Most calls are let out at once, and answered well by their first attempt: they go the short way
 * through the engine and need nothing but what stands here. When anything else happens to one, its caller makes it a
 * full call, and the engine decides about it from then on.
 *
 * Invariants
 *   1. Until there is a full call, the first attempt is out, or the call is over.
 *   2. `request` and `others` hold the attempts that are waited for; `others` earlier ones, in hedged calls only.
 */
import { NO_PERMIT, type Outcome } from "@breakwater/policy";
import type { Timed } from "../kernel/timeout-line.ts";
import { VirtualCall, type VirtualCaller, type VirtualEngine } from "../kernel/virtual-caller.ts";
import type { Edge } from "./edge.ts";
import type { Instance } from "./instance.ts";
import type { Request } from "./request.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** Whoever made a call and waits for it. */
export interface CallParent {
  answered(call: EdgeCall, optional: boolean): void;
  /** The one instance that its calls go to, whatever the balancer says. */
  readonly onlyTo?: Instance;
}

export interface CallOrigin {
  readonly hi: number;
  readonly lo: number;
  /** Services that the chain of calls has passed through so far. */
  readonly depth: number;
  readonly parent: CallParent;
  /** The parent can go on without the answer. */
  readonly optional: boolean;
  /** The request that made the call; undefined for a customer. */
  readonly within: Request | undefined;
}

export class EdgeCall implements Timed {
  readonly edge: Edge;
  readonly virtual: VirtualEngine;
  readonly hi: number;
  readonly lo: number;
  readonly depth: number;
  readonly parent: CallParent;
  readonly optional: boolean;
  readonly within: Request | undefined;
  readonly startedAtMs: number;
  permit: number = NO_PERMIT;
  full: FullCall | undefined = undefined;
  request: Request | undefined = undefined;
  others: Request[] | undefined = undefined;
  outcome: Outcome = "ok";
  /** The answer was degraded somewhere deeper down. */
  degraded = false;
  timerAtMs: number = NEVER;
  timerTurn = 0;
  isInLine = false;
  dueBefore: Timed | undefined = undefined;
  dueBehind: Timed | undefined = undefined;
  /** Neighbours among the calls of the same request that are out. */
  outBefore: EdgeCall | undefined = undefined;
  outBehind: EdgeCall | undefined = undefined;

  constructor(edge: Edge, virtual: VirtualEngine, origin: CallOrigin, nowMs: number) {
    this.edge = edge;
    this.virtual = virtual;
    this.hi = origin.hi;
    this.lo = origin.lo;
    this.depth = origin.depth;
    this.parent = origin.parent;
    this.optional = origin.optional;
    this.within = origin.within;
    this.startedAtMs = nowMs;
  }

  get isSettled(): boolean {
    return this.full === undefined ? this.request === undefined : this.full.next === "settled";
  }

  /** The service or load that calls. */
  get from(): string {
    return this.edge.origin.from;
  }

  /** One more attempt is out. */
  addRequest(request: Request): void {
    if (this.request !== undefined) {
      this.others ??= [];
      this.others.push(this.request);
    }
    this.request = request;
  }

  /** That of the customer's call from which it follows. */
  get priority(): number {
    let call: EdgeCall = this;
    while (call.within !== undefined) call = call.within.call;
    return call.edge.origin.priority;
  }

  /** Takes out the attempt with this number; undefined when nobody waits for it any more. */
  takeRequest(attempt: number): Request | undefined {
    const { request, others } = this;
    if (request !== undefined && request.attempt === attempt) {
      this.request = undefined;
      return request;
    }
    const index = others?.findIndex((other) => other.attempt === attempt) ?? -1;
    return index < 0 ? undefined : others?.splice(index, 1)[0];
  }

  /** Its timeout has come. A paused process hears of that when it goes on. */
  fire(nowMs: number): void {
    const instance = this.within?.instance;
    if (instance?.isPaused) {
      instance.whenResumed(() => this.edge.caller.wake(this, instance.world.kernel.nowMs));
    } else {
      this.edge.caller.wake(this, nowMs);
    }
  }
}

/** A call that the engine decides about. */
export class FullCall extends VirtualCall {
  readonly call: EdgeCall;

  constructor(id: number, call: EdgeCall, caller: VirtualCaller<FullCall>) {
    super(id, call.virtual, caller);
    this.call = call;
    this.priority = call.priority;
  }

  override fire(nowMs: number): void {
    this.call.fire(nowMs);
  }

  /** What `fire` does when the process is not paused. */
  timeCame(nowMs: number): void {
    super.fire(nowMs);
  }
}
