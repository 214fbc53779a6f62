/**
 * An edge: the calls of one service (or load) to one endpoint of another, under one policy. It carries requests
 * there and answers back, and lets the call engine decide about everything in between.
 */
import { type CircuitRecord, EdgeRecord, type WasteCause } from "@breakwater/metrics";
import { describeResolved, resolvePolicy } from "@breakwater/policy";
import type { ResolvedCall } from "@breakwater/scenario";
import {
  calleeWord,
  deriveHi,
  deriveLo,
  networkSampler,
  PURPOSE,
  type Sampler,
  stepWord,
} from "@breakwater/scenario/plan";
import type { Branch } from "./branch.ts";
import { type CallOrigin, EdgeCall } from "./edge-call.ts";
import { EdgeCaller } from "./edge-caller.ts";
import { EdgeEngines } from "./edge-engines.ts";
import type { Endpoint } from "./endpoint.ts";
import { passage } from "./faults/passage.ts";
import type { Instance } from "./instance.ts";
import { later } from "./later.ts";
import { breaksChain, Request } from "./request.ts";
import type { ServiceModel } from "./service.ts";
import type { World } from "./world.ts";

/** Who calls over an edge. */
export interface EdgeOrigin {
  readonly kind: "load" | "call";
  readonly from: string;
  /** The calling service; undefined for a load. */
  readonly service: ServiceModel | undefined;
  /** A record that counts the same calls: end to end, for a load. */
  readonly alsoIn: EdgeRecord | undefined;
  /** Of all calls that follow from a load's; 0 for a service, whose calls have that of the load. */
  readonly priority: number;
}

export class Edge {
  readonly name: string;
  readonly origin: EdgeOrigin;
  readonly target: ServiceModel;
  readonly endpoint: Endpoint;
  readonly policyText: string;
  readonly record: EdgeRecord;
  readonly caller: EdgeCaller;
  readonly #also: EdgeRecord | undefined;
  readonly #world: World;
  readonly #engines: EdgeEngines;
  readonly #latency: Sampler | undefined;
  readonly #word: number;
  /** Started so far. */
  attempts = 0;

  constructor(
    world: World,
    origin: EdgeOrigin,
    target: ServiceModel,
    call: ResolvedCall,
    name: string,
  ) {
    this.#world = world;
    this.name = name;
    this.origin = origin;
    this.target = target;
    this.endpoint = target.endpoints.get(call.endpoint) as Endpoint;
    this.#latency = networkSampler(call);
    this.#word = calleeWord(call.service, call.endpoint);
    this.record = new EdgeRecord(world.bucketMs);
    this.#also = origin.alsoIn;
    this.caller = new EdgeCaller(world.kernel, this);
    const policy = { ...call.policy, ...lateAnswersOf(world) } as Parameters<
      typeof resolvePolicy
    >[0];
    const resolved = resolvePolicy(policy);
    this.policyText = call.policy === undefined ? "" : describeResolved(resolved);
    this.#engines = new EdgeEngines(world, this, resolved);
  }

  get circuit(): CircuitRecord | undefined {
    return this.#engines.circuit;
  }

  /** A request comes to a step that calls; its branch hears of the end, perhaps before this returns. */
  begin(branch: Branch, step: { readonly purpose: number; readonly optional: boolean }): void {
    const { request } = branch;
    const word = stepWord(this.#word, step.purpose);
    this.beginWith({
      hi: deriveHi(request.hi, request.lo, word),
      lo: deriveLo(request.hi, request.lo, word),
      depth: request.depth,
      parent: branch,
      optional: step.optional,
      within: request,
    });
  }

  beginWith(origin: CallOrigin): EdgeCall {
    const { nowMs } = this.#world.kernel;
    const virtual = this.#engines.engineFor(origin.within);
    const call = new EdgeCall(this, virtual, origin, nowMs);
    if (origin.within === undefined) this.#world.live++;
    else origin.within.addCall(call);
    this.record.callStarted(nowMs);
    this.#also?.callStarted(nowMs);
    this.caller.start(call);
    return call;
  }

  cancel(call: EdgeCall): void {
    this.caller.cancel(call);
  }

  /** Sends an attempt to the other side. */
  carry(call: EdgeCall, attempt: number): void {
    const { kernel } = this.#world;
    this.attempts++;
    this.record.attemptStarted(kernel.nowMs);
    this.#also?.attemptStarted(kernel.nowMs);
    const request = new Request(call, attempt, this.endpoint);
    const instance = this.target.nextInstance(request);
    request.instance = instance;
    call.addRequest(request);
    this.#world.live++;
    const opening =
      instance === undefined ? "refused" : passage(this.#world, this.target, request, true);
    if (opening === "refused") {
      this.#deliver("refused");
      request.state = "ended";
      this.#answerAt(kernel.nowMs, request, false);
      return;
    }
    const delayMs = this.#latency?.(request.hi, request.lo, PURPOSE.requestLatency) ?? 0;
    const arrivesAtMs = Math.max(kernel.nowMs, opening) + delayMs;
    if (arrivesAtMs === Infinity) {
      this.#deliver("lost");
      request.state = "ended";
      this.#world.live--;
    } else if (arrivesAtMs === kernel.nowMs && !breaksChain(request)) {
      this.#arrive(request);
    } else {
      this.#arriveAt(arrivesAtMs, request);
    }
  }

  /**
   * The caller waits for this attempt no longer.
   * @param left how its call ended before it had an answer; undefined when the attempt's time was up
   */
  abandon(call: EdgeCall, attempt: number, left: "ok" | "cancelled" | undefined): void {
    const request = call.takeRequest(attempt);
    if (request === undefined) return;
    const how = left === undefined ? "timedOut" : "cancelled";
    this.record.attemptEnded(how);
    this.#also?.attemptEnded(how);
    if (left === undefined) this.target.balancer?.observed(request, false);
    request.abandoned = true;
    request.waste = { edge: this.name, cause: wasteOf(attempt, left) };
    if (request.state === "inService" && this.#world.semantics.abandonedWork === "stops") {
      this.target.stop(request);
    }
  }

  /** `call.outcome` stands. */
  ended(call: EdgeCall): void {
    const { nowMs } = this.#world.kernel;
    const { outcome, startedAtMs, degraded } = call;
    this.record.callEnded(outcome, startedAtMs, degraded, nowMs);
    this.#also?.callEnded(outcome, startedAtMs, degraded, nowMs);
    if (call.within === undefined) this.#world.live--;
    call.parent.answered(call, call.optional);
  }

  /** The service has answered, or its connection broke. */
  reply(request: Request, ok: boolean): void {
    const { kernel } = this.#world;
    const opening = passage(this.#world, this.target, request, false);
    const delayMs = this.#latency?.(request.hi, request.lo, PURPOSE.answerLatency) ?? 0;
    const atMs = Math.max(kernel.nowMs, opening === "refused" ? 0 : opening) + delayMs;
    if (atMs === Infinity) this.#world.live--;
    else if (atMs === kernel.nowMs && !breaksChain(request)) this.#answered(request, ok);
    else this.#answerAt(atMs, request, ok);
  }

  // Functions that are seldom made have methods of their own: where one is made, every call of the method pays for it.

  #arriveAt(atMs: number, request: Request): void {
    const alarm = later(() => this.#arrive(request));
    this.#world.kernel.at(atMs, alarm);
  }

  #answerAt(atMs: number, request: Request, ok: boolean): void {
    const alarm = later(() => this.#answered(request, ok));
    this.#world.kernel.at(atMs, alarm);
  }

  #answerWhenResumed(caller: Instance, request: Request, ok: boolean): void {
    caller.whenResumed(() => this.#answered(request, ok));
  }

  #arrive(request: Request): void {
    this.#deliver("arrived");
    this.target.arrive(request);
  }

  #answered(request: Request, ok: boolean): void {
    const { call } = request;
    const caller = call.within?.instance;
    const settled = call.isSettled;
    if (caller?.isPaused && !settled) {
      this.#answerWhenResumed(caller, request, ok);
      return;
    }
    this.#world.live--;
    if (call.takeRequest(request.attempt) !== undefined) {
      this.record.attemptEnded(ok ? "ok" : "failed");
      this.#also?.attemptEnded(ok ? "ok" : "failed");
      this.target.balancer?.observed(request, ok);
    } else {
      this.record.lateAnswers++;
      if (this.#also !== undefined) this.#also.lateAnswers++;
    }
    if (ok && !settled) call.degraded = request.degraded;
    this.caller.answer(call, request.attempt, ok);
  }

  #deliver(how: "arrived" | "refused" | "lost"): void {
    this.record.delivered(how);
    this.#also?.delivered(how);
  }
}

function wasteOf(attempt: number, left: "ok" | "cancelled" | undefined): WasteCause {
  if (left !== undefined) return left === "ok" ? "hedge" : "departed";
  return attempt > 1 ? "retry" : "timeout";
}

function lateAnswersOf({ semantics }: World): object {
  return semantics.lateAnswers === undefined ? {} : { lateAnswers: semantics.lateAnswers };
}
