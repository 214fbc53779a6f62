import type { ResolvedFault } from "@breakwater/scenario";
import { type Sampler, uniform } from "@breakwater/scenario/plan";
import type { Instance } from "../instance.ts";
import type { Request } from "../request.ts";

/**
 * What a kind of fault does, at the points where faults can strike. A kind names only the points that it uses.
 * Whom it strikes and how often (endpoint, instance, caller, share) is decided outside, in `strikes`.
 */
export interface FaultModel {
  /** No connection is made. */
  readonly refuses?: true;
  /** When a message sent now gets through; Infinity for never. */
  readonly deliversAtMs?: (fault: ResolvedFault) => number;
  /** As a worker takes the request up: goes on no sooner than this; Infinity for never. */
  readonly heldUntilMs?: (fault: ResolvedFault) => number;
  /** As a worker takes the request up: answers with an error at once. */
  readonly failsAtOnce?: (fault: ResolvedFault) => boolean;
  /** When the work is done: answers with an error. */
  readonly failsAfterWork?: (fault: ResolvedFault) => boolean;
  /** How much longer each piece of work takes. */
  readonly stretch?: (fault: ResolvedFault) => number;
  /** More work after the request's own, in milliseconds. */
  readonly extraMs?: (force: FaultInForce, request: Request) => number;
  /** Requests taken up before the fault began are struck as well. */
  readonly strikesInFlight?: (fault: ResolvedFault) => boolean;
  readonly begin?: (fault: ResolvedFault, instance: Instance) => void;
  readonly end?: (fault: ResolvedFault, instance: Instance) => void;
}

/** A fault of the scenario in one run. */
export interface FaultInForce {
  readonly fault: ResolvedFault;
  readonly model: FaultModel;
  /** Draws what the fault adds; made once, for every request asks. */
  readonly sampleAdd: Sampler | undefined;
  /** Its part of random keys. */
  readonly word: number;
  /** Requests or instances struck so far. */
  struck: number;
}

export function inForce({ fault }: FaultInForce, nowMs: number): boolean {
  return nowMs >= fault.atMs && nowMs < fault.endMs;
}

/** Whether this request is one of those that the fault strikes. Asked twice, the answer is the same. */
export function strikes({ fault, word }: FaultInForce, request: Request): boolean {
  if (fault.endpoint !== undefined && fault.endpoint !== request.endpoint.name) return false;
  if (fault.instance !== undefined && fault.instance !== request.instance?.index) return false;
  if (fault.from !== undefined && fault.from !== request.call.from) return false;
  return fault.share >= 1 || uniform(request.hi, request.lo, word) < fault.share;
}
