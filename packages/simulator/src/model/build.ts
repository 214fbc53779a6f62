import { EdgeRecord } from "@breakwater/metrics";
import type { ResolvedCall, ResolvedScenario } from "@breakwater/scenario";
import {
  compileSteps,
  edgeKey,
  faultWord,
  makeSampler,
  planEdges,
} from "@breakwater/scenario/plan";
import type { EdgeOrigin } from "./edge.ts";
import { Edge } from "./edge.ts";
import type { FaultInForce } from "./faults/fault.ts";
import { faultModels } from "./faults/registry.ts";
import { HealthChecks } from "./health/health-checks.ts";
import { ClosedSource } from "./load/closed.ts";
import { OpenSource } from "./load/open.ts";
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
  const edges = new EdgeMaker(
    world,
    services,
    new Map(planEdges(scenario).map(({ key, name }) => [key, name])),
  );
  // The calls of a single load are all there are: what its edge writes down is the whole.
  const several = scenario.load.length === 1 ? undefined : new EdgeRecord(world.bucketMs);
  const sources = scenario.load.map((load) => {
    const origin: EdgeOrigin = {
      kind: "load",
      from: load.name,
      service: undefined,
      alsoIn: several,
      priority: load.priority,
    };
    const edge = edges.make(origin, load.call);
    const { source } = load;
    return source.kind === "closed"
      ? new ClosedSource(world, edge, load, source)
      : new OpenSource(world, edge, load, source);
  });
  fillPrograms(scenario, services, edges);
  const checks = makeChecks(world, scenario, services, edges);
  const faults = attachFaults(scenario, services);
  const endToEnd = several ?? (edges.made[0] as Edge).record;
  return {
    services: [...services.values()],
    edges: edges.made,
    sources: [...checks, ...sources],
    faults,
    endToEnd,
  };
}

function fillPrograms(
  scenario: ResolvedScenario,
  services: ReadonlyMap<string, ServiceModel>,
  edges: EdgeMaker,
): void {
  for (const { name, endpoints } of scenario.services) {
    const service = services.get(name) as ServiceModel;
    const origin: EdgeOrigin = {
      kind: "call",
      from: name,
      service,
      alsoIn: undefined,
      priority: 0,
    };
    for (const { name: endpoint, steps } of endpoints) {
      const model = service.endpoints.get(endpoint);
      if (model !== undefined) model.ops = compileSteps(steps, (call) => edges.make(origin, call));
    }
  }
}

function makeChecks(
  world: World,
  scenario: ResolvedScenario,
  services: ReadonlyMap<string, ServiceModel>,
  edges: EdgeMaker,
): readonly HealthChecks[] {
  return scenario.services.flatMap(({ name, health }) => {
    const service = services.get(name);
    if (health === undefined || service === undefined) return [];
    const edge = health.call && edges.makeHealth(service, health.call);
    return [new HealthChecks(world, service, health, edge, scenario.durationMs)];
  });
}

/** One edge for all calls that have their ends and their policy in common. */
class EdgeMaker {
  readonly made: Edge[] = [];
  readonly #world: World;
  readonly #services: ReadonlyMap<string, ServiceModel>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #byKey = new Map<string, Edge>();

  constructor(
    world: World,
    services: ReadonlyMap<string, ServiceModel>,
    names: ReadonlyMap<string, string>,
  ) {
    this.#world = world;
    this.#services = services;
    this.#names = names;
  }

  make(origin: EdgeOrigin, call: ResolvedCall): Edge {
    const key = edgeKey(origin.kind, origin.from, call);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const target = this.#services.get(call.service) as ServiceModel;
    const edge = new Edge(this.#world, origin, target, call, this.#names.get(key) ?? "");
    this.#byKey.set(key, edge);
    this.made.push(edge);
    return edge;
  }

  /** The way of a service's health checks: an edge of its own, that no call of the scenario goes over. */
  makeHealth(service: ServiceModel, call: ResolvedCall): Edge {
    const from = `health of ${service.name}`;
    const origin: EdgeOrigin = {
      kind: "call",
      from,
      service: undefined,
      alsoIn: undefined,
      priority: 0,
    };
    const edge = new Edge(this.#world, origin, service, call, `${from} -> ${call.endpoint}`);
    this.made.push(edge);
    return edge;
  }
}

function attachFaults(
  scenario: ResolvedScenario,
  services: ReadonlyMap<string, ServiceModel>,
): FaultInForce[] {
  return scenario.faults.map((fault, index) => {
    const model = faultModels[fault.kind];
    const word = faultWord(fault, index);
    const sampleAdd = fault.add && makeSampler(fault.add);
    const force: FaultInForce = { fault, model, sampleAdd, word, struck: 0 };
    services.get(fault.service)?.faults.push(force);
    return force;
  });
}
