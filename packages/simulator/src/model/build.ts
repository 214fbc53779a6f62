import type { ResolvedCall, ResolvedScenario } from "@breakwater/scenario";
import { makeSampler } from "../kernel/distributions.ts";
import { nameWord } from "../kernel/random.ts";
import { EdgeRecord } from "../record/edge-record.ts";
import { Edge, type EdgeOrigin } from "./edge.ts";
import type { FaultInForce } from "./faults/fault.ts";
import { faultModels } from "./faults/registry.ts";
import { ClosedSource } from "./load/closed.ts";
import { OpenSource } from "./load/open.ts";
import { compile } from "./program.ts";
import { ServiceModel } from "./service.ts";
import type { World } from "./world.ts";

/** A scenario made ready to run. */
export interface Model {
  readonly services: readonly ServiceModel[];
  /** Loads first. */
  readonly edges: readonly Edge[];
  readonly sources: readonly { start(): void }[];
  readonly faults: readonly FaultInForce[];
  readonly endToEnd: EdgeRecord;
}

export function buildModel(world: World, scenario: ResolvedScenario): Model {
  const services = new Map(
    scenario.services.map((service) => [service.name, new ServiceModel(world, service)]),
  );
  const edges = new EdgeMaker(world, services);
  const endToEnd = new EdgeRecord(world.bucketMs);
  const sources = scenario.load.map((load) => {
    const origin: EdgeOrigin = {
      kind: "load",
      from: load.name,
      service: undefined,
      alsoIn: [endToEnd],
    };
    const edge = edges.make(origin, load.call);
    const { source } = load;
    return source.kind === "open"
      ? new OpenSource(world, edge, load, source)
      : new ClosedSource(world, edge, load, source);
  });
  for (const { name, endpoints } of scenario.services) {
    const service = services.get(name) as ServiceModel;
    const origin: EdgeOrigin = { kind: "call", from: name, service, alsoIn: [] };
    for (const { name: endpoint, steps } of endpoints) {
      const model = service.endpoints.get(endpoint);
      if (model !== undefined) model.ops = compile(steps, (call) => edges.make(origin, call));
    }
  }
  const faults = attachFaults(scenario, services);
  return { services: [...services.values()], edges: edges.made, sources, faults, endToEnd };
}

/** One edge for all calls that have their ends and their policy in common: they share its breakers. */
class EdgeMaker {
  readonly made: Edge[] = [];
  readonly #world: World;
  readonly #services: ReadonlyMap<string, ServiceModel>;
  readonly #byKey = new Map<string, Edge>();
  readonly #names = new Map<string, number>();

  constructor(world: World, services: ReadonlyMap<string, ServiceModel>) {
    this.#world = world;
    this.#services = services;
  }

  make(origin: EdgeOrigin, call: ResolvedCall): Edge {
    const { service, endpoint, policy, latency } = call;
    const key = JSON.stringify([origin.kind, origin.from, service, endpoint, policy, latency]);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const target = this.#services.get(service) as ServiceModel;
    const name = this.#nameFor(origin.from, target, endpoint);
    const edge = new Edge(this.#world, origin, target, call, name);
    this.#byKey.set(key, edge);
    this.made.push(edge);
    return edge;
  }

  #nameFor(from: string, target: ServiceModel, endpoint: string): string {
    const which = target.endpoints.size > 1 ? `/${endpoint}` : "";
    const name = `${from} -> ${target.name}${which}`;
    const count = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  }
}

function attachFaults(
  scenario: ResolvedScenario,
  services: ReadonlyMap<string, ServiceModel>,
): FaultInForce[] {
  return scenario.faults.map((fault, index) => {
    const model = faultModels[fault.kind];
    const word = nameWord(`fault ${fault.name} ${fault.kind} ${fault.service} ${index}`);
    const sampleAdd = fault.add && makeSampler(fault.add);
    const force: FaultInForce = { fault, model, sampleAdd, word, struck: 0 };
    services.get(fault.service)?.faults.push(force);
    return force;
  });
}
