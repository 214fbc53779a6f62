/**
 * An edge: the calls of one service (or load) to one endpoint of another, under one policy. It carries requests
 * there and answers back, and lets the call engine decide about everything in between.
 */
import { CircuitRecord, EdgeRecord } from "@breakwater/metrics";
import {
  CallEngine,
  type CircuitFact,
  describeResolved,
  EVERY_PART,
  type ResolvedPolicy,
  resolvePolicy,
} from "@breakwater/policy";
import type { ResolvedCall } from "@breakwater/scenario";
import {
  calleeWord,
  deriveHi,
  deriveLo,
  keepsCount,
  makeSampler,
  PURPOSE,
  type Sampler,
  stepWord,
  uniform,
} from "@breakwater/scenario/plan";
import { type CallTarget, VirtualCaller, VirtualEngine } from "../kernel/virtual-caller.ts";
import { BreakerScope } from "./breaker-scope.ts";
import { type CallOrigin, EdgeCall } from "./edge-call.ts";
import type { EdgeOrigin } from "./edge-origin.ts";
import type { Endpoint } from "./endpoint.ts";
import { passage } from "./faults/passage.ts";
import { later } from "./later.ts";
import { type Branch, breaksChain, Request } from "./request.ts";
import type { ServiceModel } from "./service.ts";
import { report, type World } from "./world.ts";

export class Edge implements CallTarget<EdgeCall> {
  readonly name: string;
  readonly origin: EdgeOrigin;
  readonly target: ServiceModel;
  readonly endpoint: Endpoint;
  readonly policyText: string;
  readonly records: readonly EdgeRecord[];
  readonly circuit: CircuitRecord | undefined;
  readonly #world: World;
  readonly #caller: VirtualCaller<EdgeCall>;
  readonly #scope: BreakerScope;
  readonly #policy: ResolvedPolicy;
  readonly #engines: readonly VirtualEngine[];
  readonly #latency: Sampler | undefined;
  readonly #word: number;
  #calls = 0;
  #attempts = 0;

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
    this.#latency = call.latency && makeSampler(call.latency);
    this.#word = calleeWord(call.service, call.endpoint);
    this.records = [new EdgeRecord(world.bucketMs), ...origin.alsoIn];
    this.#caller = new VirtualCaller(world.kernel, this);
    const policy = { ...call.policy, ...lateAnswersOf(world) } as Parameters<
      typeof resolvePolicy
    >[0];
    const resolved = resolvePolicy(policy);
    this.policyText = call.policy === undefined ? "" : describeResolved(resolved);
    const guarded =
      resolved.circuitBreaker !== undefined || resolved.probationBreaker !== undefined;
    this.#scope = new BreakerScope(
      world.semantics.breakerScope,
      keepsCount(resolved) ? origin.service : undefined,
    );
    const breakers = this.#scope.size;
    this.circuit = guarded ? new CircuitRecord(breakers, world.bucketMs) : undefined;
    this.#policy = resolved;
    const engineFor = (_: unknown, index: number) =>
      new VirtualEngine(world.kernel, this.#newEngine(index));
    this.#engines = Array.from({ length: breakers }, engineFor);
    if (keepsCount(resolved)) origin.service?.callsOut.push(this);
  }

  #newEngine(index: number): CallEngine {
    return new CallEngine(this.#policy, {
      parts: EVERY_PART,
      random: (of, purpose) =>
        uniform((of as EdgeCall).hi, (of as EdgeCall).lo, PURPOSE[purpose] + of.tries),
      onCircuit: (fact) => this.#circuitChanged(index, fact),
      backoffFrom: this.#world.semantics.backoffFrom,
    });
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

  beginWith(origin: CallOrigin): void {
    const { nowMs } = this.#world.kernel;
    const virtual = this.#engines[this.#scope.indexOf(origin.within)] as VirtualEngine;
    const call = new EdgeCall(this.#calls++, virtual, this.#caller, origin, this);
    origin.within?.calls.push(call);
    if (origin.within === undefined) this.#world.live++;
    for (const record of this.records) record.callStarted(nowMs);
    this.#caller.start(call);
  }

  cancel(call: EdgeCall): void {
    this.#caller.cancel(call);
  }

  send(call: EdgeCall): void {
    const { kernel } = this.#world;
    this.#attempts++;
    for (const record of this.records) record.attemptStarted(kernel.nowMs);
    const request = new Request(call, this.endpoint);
    request.instance = this.target.nextInstance();
    call.requests.push(request);
    this.#world.live++;
    const opening = passage(this.#world, this.target, request, true);
    if (opening === "refused") {
      this.#deliver("refused");
      request.state = "ended";
      kernel.after(
        0,
        later(() => this.#answered(request, false)),
      );
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
      kernel.at(
        arrivesAtMs,
        later(() => this.#arrive(request)),
      );
    }
  }

  giveUp(call: EdgeCall, attempt: number): boolean {
    const request = call.takeRequest(attempt);
    if (request === undefined) return true;
    const left = call.next === "settled" && (call.outcome === "cancelled" || call.outcome === "ok");
    for (const record of this.records) record.attemptEnded(left ? "cancelled" : "timedOut");
    request.abandoned = true;
    if (request.state === "inService" && this.#world.semantics.abandonedWork === "stops") {
      this.target.stop(request);
    }
    // The caller closes the connection.
    return true;
  }

  settled(call: EdgeCall): void {
    const { nowMs } = this.#world.kernel;
    const { outcome, startedAtMs, degraded } = call;
    for (const record of this.records) record.callEnded(outcome, startedAtMs, degraded, nowMs);
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
    else
      kernel.at(
        atMs,
        later(() => this.#answered(request, ok)),
      );
  }

  /** The calling process has died, and starts with fresh breakers, limits and budgets. */
  resetEngines(instance: number): void {
    const { nowMs } = this.#world.kernel;
    const [from, to] = this.#scope.rangeOf(instance);
    for (let index = from; index < to; index++) {
      const virtual = this.#engines[index] as VirtualEngine;
      virtual.engine.breaker?.reset(nowMs, "the calling process crashed");
      virtual.replace(this.#newEngine(index));
    }
  }

  #arrive(request: Request): void {
    this.#deliver("arrived");
    this.target.arrive(request);
  }

  #answered(request: Request, ok: boolean): void {
    const { call } = request;
    const caller = call.within?.instance;
    if (caller?.isPaused && call.next !== "settled") {
      caller.whenResumed(() => this.#answered(request, ok));
      return;
    }
    this.#world.live--;
    if (call.takeRequest(request.attempt) !== undefined) {
      for (const record of this.records) record.attemptEnded(ok ? "ok" : "failed");
    } else {
      for (const record of this.records) record.lateAnswers++;
    }
    if (ok && call.next !== "settled") call.degraded = request.degraded;
    this.#caller.answer(call, request.attempt, ok);
  }

  #deliver(how: "arrived" | "refused" | "lost"): void {
    for (const record of this.records) record.delivered(how);
  }

  #circuitChanged(index: number, fact: CircuitFact): void {
    const state = (this.#engines[index] as VirtualEngine).circuit ?? "closed";
    // A ramp goes on within half-open.
    if (fact.type !== "circuitRamped") {
      this.circuit?.changed(index, state, fact.atMs, this.#attempts);
    }
    if (fact.type === "circuitIsolated") return;
    report(this.#world, fact.type, this.name, this.#scope.nameOf(index), fact.reason);
  }
}

function lateAnswersOf({ semantics }: World): object {
  return semantics.lateAnswers === undefined ? {} : { lateAnswers: semantics.lateAnswers };
}
