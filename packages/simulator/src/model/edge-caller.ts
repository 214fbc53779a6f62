/**
 * Makes the calls of one edge: by the short way through the call engine as long as all goes well, which is nearly
 * always, and by the ordinary way from the moment on that something else happens. The results are the same.
 */
import { NOT_AT_ONCE } from "@breakwater/policy";
import type { Kernel } from "../kernel/kernel.ts";
import { type CallTarget, VirtualCaller } from "../kernel/virtual-caller.ts";
import type { Edge } from "./edge.ts";
import { type EdgeCall, FullCall } from "./edge-call.ts";

const NEVER = Number.POSITIVE_INFINITY;

export class EdgeCaller implements CallTarget<FullCall> {
  readonly #kernel: Kernel;
  readonly #edge: Edge;
  readonly #caller: VirtualCaller<FullCall>;
  #fullCalls = 0;

  constructor(kernel: Kernel, edge: Edge) {
    this.#kernel = kernel;
    this.#edge = edge;
    this.#caller = new VirtualCaller(kernel, this);
  }

  start(call: EdgeCall): void {
    const { virtual, startedAtMs } = call;
    const { atOnce } = virtual;
    const permit = atOnce === undefined ? NOT_AT_ONCE : atOnce.admit(startedAtMs);
    if (permit === NOT_AT_ONCE) {
      this.#caller.start(this.#makeFull(call));
      return;
    }
    call.permit = permit;
    virtual.watch();
    if (virtual.attemptMs < NEVER) {
      // All timeouts of the line are as long or cut short: nobody in it is due later.
      call.timerAtMs = startedAtMs + virtual.attemptMs;
      virtual.timeouts.join(call);
    }
    this.#edge.carry(call, 1);
  }

  answer(call: EdgeCall, attempt: number, ok: boolean): void {
    const { full, virtual } = call;
    const { atOnce } = virtual;
    if (full !== undefined) {
      this.#caller.answer(full, attempt, ok);
    } else if (ok && atOnce?.silent) {
      const { nowMs } = this.#kernel;
      atOnce.succeed(call.permit, call.startedAtMs, nowMs);
      virtual.watch();
      if (call.isInLine) virtual.timeouts.leave(call);
      this.#edge.ended(call);
    } else {
      this.#caller.answer(this.#promote(call), attempt, ok);
    }
  }

  /** The time that the call waited for has come. */
  wake(call: EdgeCall, nowMs: number): void {
    if (call.isSettled && call.full === undefined) return;
    (call.full ?? this.#promote(call)).timeCame(nowMs);
  }

  cancel(call: EdgeCall): void {
    if (!call.isSettled) this.#caller.cancel(call.full ?? this.#promote(call));
  }

  send({ call, attempt }: FullCall): void {
    this.#edge.carry(call, attempt);
  }

  giveUp(full: FullCall, attempt: number): boolean {
    const { outcome } = full;
    const left = full.next === "settled" && (outcome === "cancelled" || outcome === "ok");
    this.#edge.abandon(full.call, attempt, left ? outcome : undefined);
    // The caller closes the connection.
    return true;
  }

  settled({ call, outcome }: FullCall): void {
    call.outcome = outcome;
    this.#edge.ended(call);
  }

  /** Makes it the call that the ordinary way would have made of it by now. */
  #promote(call: EdgeCall): FullCall {
    const { virtual, permit, startedAtMs } = call;
    const full = this.#makeFull(call);
    virtual.atOnce?.adopt(full, permit, startedAtMs);
    full.sent = 1;
    full.out = true;
    if (call.isInLine) virtual.timeouts.leave(call);
    return full;
  }

  #makeFull(call: EdgeCall): FullCall {
    const full = new FullCall(this.#fullCalls++, call, this.#caller);
    call.full = full;
    return full;
  }
}
