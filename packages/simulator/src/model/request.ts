/**
 * A request: one attempt of a call, at the service that it was sent to. It lives on when its caller has given up,
 * as requests do.
 */
import type { WasteCause } from "@breakwater/metrics";
import { deriveHi, deriveLo } from "@breakwater/scenario/plan";
import type { Branch } from "./branch.ts";
import type { EdgeCall } from "./edge-call.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Instance } from "./instance.ts";

export type RequestState = "travelling" | "queued" | "inService" | "ended";

/** Why nobody waits for a request any more, and over which edge it came. */
export interface Waste {
  readonly cause: WasteCause;
  readonly edge: string;
}

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
  waste: Waste | undefined = undefined;
  /** A part of the answer is missing or stands in for the real one. */
  degraded = false;
  /** The answer will be an error (a fault, or a required call that failed). */
  failed = false;
  /** The endpoint's steps are done; a fault may still add to them. */
  ownWorkDone = false;
  /** When it came to the service; 0 while it travels. */
  arrivedAtMs = 0;
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
  /** Branches that a quorum has given up. */
  cut: Set<Branch> | undefined = undefined;
  /** Calls to other services that are out, in the order in which they went. */
  #firstCall: EdgeCall | undefined = undefined;
  #lastCall: EdgeCall | undefined = undefined;
  /** Neighbours among the requests in service at the instance. */
  before: Request | undefined = undefined;
  behind: Request | undefined = undefined;

  constructor(call: EdgeCall, attempt: number, endpoint: Endpoint) {
    this.call = call;
    this.attempt = attempt;
    this.endpoint = endpoint;
    this.hi = deriveHi(call.hi, call.lo, attempt);
    this.lo = deriveLo(call.hi, call.lo, attempt);
    this.depth = call.depth + 1;
  }

  addCall(call: EdgeCall): void {
    const last = this.#lastCall;
    this.#lastCall = call;
    call.outBefore = last;
    if (last === undefined) this.#firstCall = call;
    else last.outBehind = call;
  }

  /** `call` must be one of those that are out. */
  removeCall(call: EdgeCall): void {
    const { outBefore, outBehind } = call;
    if (outBefore === undefined) this.#firstCall = outBehind;
    else outBefore.outBehind = outBehind;
    if (outBehind === undefined) this.#lastCall = outBefore;
    else outBehind.outBefore = outBefore;
  }

  /** The calls that are out. */
  get calls(): readonly EdgeCall[] {
    const calls: EdgeCall[] = [];
    for (let call = this.#firstCall; call !== undefined; call = call.outBehind) calls.push(call);
    return calls;
  }

  /** Cancels the calls that are out. */
  cancelCalls(): void {
    let call = this.#firstCall;
    this.#firstCall = this.#lastCall = undefined;
    for (; call !== undefined; call = call.outBehind) call.edge.cancel(call);
  }
}

/** A message that takes no time is a function call; every so many services it is an event, or the stack would overflow. */
export function breaksChain({ depth }: Request): boolean {
  return depth % 64 === 0;
}
