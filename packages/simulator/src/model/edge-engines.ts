/**
 * The call engines of one edge, one for each breaker that its scope asks for, and what is written down about their
 * circuits.
 */
import { CircuitRecord } from "@breakwater/metrics";
import { CallEngine, type CircuitFact, EVERY_PART, type ResolvedPolicy } from "@breakwater/policy";
import { keepsCount, PURPOSE, uniform } from "@breakwater/scenario/plan";
import { VirtualEngine } from "../kernel/virtual-caller.ts";
import { BreakerScope } from "./breaker-scope.ts";
import type { Edge } from "./edge.ts";
import type { FullCall } from "./edge-call.ts";
import type { Request } from "./request.ts";
import { report, type World } from "./world.ts";

export class EdgeEngines {
  readonly circuit: CircuitRecord | undefined;
  readonly #world: World;
  readonly #edge: Edge;
  readonly #policy: ResolvedPolicy;
  readonly #scope: BreakerScope;
  readonly #engines: readonly VirtualEngine[];

  constructor(world: World, edge: Edge, policy: ResolvedPolicy) {
    this.#world = world;
    this.#edge = edge;
    this.#policy = policy;
    const { service } = edge.origin;
    const counts = keepsCount(policy);
    this.#scope = new BreakerScope(world.semantics.breakerScope, counts ? service : undefined);
    const breakers = this.#scope.size;
    const guarded = policy.circuitBreaker !== undefined || policy.probationBreaker !== undefined;
    this.circuit = guarded ? new CircuitRecord(breakers, world.bucketMs) : undefined;
    const engineFor = (_: unknown, index: number) =>
      new VirtualEngine(world.kernel, this.#newEngine(index));
    this.#engines = Array.from({ length: breakers }, engineFor);
    if (counts) service?.callsOut.push(this);
  }

  /** The engine for calls that this request makes; undefined for a customer. */
  engineFor(within: Request | undefined): VirtualEngine {
    return this.#engines[this.#scope.indexOf(within)] as VirtualEngine;
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

  #newEngine(index: number): CallEngine {
    return new CallEngine(this.#policy, {
      parts: EVERY_PART,
      random: (of, purpose) =>
        uniform((of as FullCall).call.hi, (of as FullCall).call.lo, PURPOSE[purpose] + of.tries),
      onCircuit: (fact) => this.#circuitChanged(index, fact),
      backoffFrom: this.#world.semantics.backoffFrom,
    });
  }

  #circuitChanged(index: number, fact: CircuitFact): void {
    const state = (this.#engines[index] as VirtualEngine).circuit ?? "closed";
    // A ramp goes on within half-open.
    if (fact.type !== "circuitRamped") {
      this.circuit?.changed(index, state, fact.atMs, this.#edge.attempts);
    }
    if (fact.type === "circuitIsolated") return;
    report(this.#world, fact.type, this.#edge.name, this.#scope.nameOf(index), fact.reason);
  }
}
