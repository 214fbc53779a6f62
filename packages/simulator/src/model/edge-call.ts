import { VirtualCall, type VirtualCaller, type VirtualEngine } from "../kernel/virtual-caller.ts";
import type { Edge } from "./edge.ts";
import type { Request } from "./request.ts";

/** Whoever made a call and waits for it. */
export interface CallParent {
  answered(call: EdgeCall, optional: boolean): void;
}

/** A call over an edge. */
export class EdgeCall extends VirtualCall {
  readonly edge: Edge;
  readonly hi: number;
  readonly lo: number;
  readonly depth: number;
  readonly parent: CallParent;
  readonly optional: boolean;
  readonly within: Request | undefined;
  /** The attempts at the other side that are waited for, latest last; more than one only in a hedged call. */
  readonly requests: Request[] = [];
  /** The answer was degraded somewhere deeper down. */
  degraded = false;

  constructor(
    id: number,
    virtual: VirtualEngine,
    caller: VirtualCaller<EdgeCall>,
    origin: CallOrigin,
    edge: Edge,
  ) {
    super(id, virtual, caller);
    this.edge = edge;
    this.hi = origin.hi;
    this.lo = origin.lo;
    this.depth = origin.depth;
    this.parent = origin.parent;
    this.optional = origin.optional;
    this.within = origin.within;
  }

  /** Takes out the attempt with this number; undefined when nobody waits for it any more. */
  takeRequest(attempt: number): Request | undefined {
    const { requests } = this;
    const index = requests.findIndex((request) => request.attempt === attempt);
    return index < 0 ? undefined : requests.splice(index, 1)[0];
  }

  /** The service or load that calls. */
  get from(): string {
    return this.edge.origin.from;
  }

  /** A paused process hears of its timers when it goes on. */
  override fire(nowMs: number): void {
    const instance = this.within?.instance;
    if (instance?.isPaused) {
      instance.whenResumed(() => super.fire(instance.world.kernel.nowMs));
    } else {
      super.fire(nowMs);
    }
  }
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
