import type { ResolvedFault, ResolvedScenario, ResolvedService } from "@breakwater/scenario";
import { faultTarget, planEdges } from "@breakwater/scenario/plan";
import { nodeCommand } from "../processes/node-command.ts";
import type { Protocol } from "../proxy/types.ts";
import { type FaultMeans, meansOf, type ServiceKind } from "./means.ts";
import { notesOf } from "./notes.ts";

/** A process of a live run, or an address where a service already runs. */
export interface PlannedInstance {
  /** "homepage", or "homepage[1]" where there are several. */
  readonly name: string;
  readonly service: string;
  readonly instance: number;
  readonly kind: ServiceKind;
  readonly command: readonly string[];
  readonly address: string;
}

/** A fault proxy on the way of one caller to one instance. */
export interface PlannedLink {
  readonly name: string;
  /** A load or a service. */
  readonly from: string;
  readonly to: string;
  readonly instance: number;
}

export interface PlannedFault {
  readonly index: number;
  readonly fault: ResolvedFault;
  readonly target: string;
  readonly means: FaultMeans;
}

/** What a live run starts, what it puts in between, and what it breaks. */
export interface LivePlan {
  /** Callees first, as far as calls do not go round in a circle. */
  readonly instances: readonly PlannedInstance[];
  readonly links: readonly PlannedLink[];
  readonly faults: readonly PlannedFault[];
  /** What a live run does otherwise than the simulator. */
  readonly notes: readonly string[];
}

/** More processes than this are refused: a live run is for systems that one machine carries. */
const MOST_PROCESSES = 64;
const MOST_LINKS = 512;

/** What each service turned out to speak. */
export type Protocols = ReadonlyMap<string, Protocol>;

/** @param spoken what is known already; unknown services are taken to speak HTTP */
export function planLive(scenario: ResolvedScenario, spoken: Protocols = new Map()): LivePlan {
  const kinds = new Map(scenario.services.map((service) => [service.name, kindOf(service)]));
  const instances = calleesFirst(scenario).flatMap(instancesOf);
  const links = linksOf(scenario);
  const mostMs = scenario.durationMs + scenario.drainMs;
  const faults = scenario.faults.map((fault, index): PlannedFault => {
    const kind = kinds.get(fault.service) ?? "synthetic";
    const service = scenario.services.find(({ name }) => name === fault.service);
    const means = meansOf(scenario, fault, kind, protocolOf(service, spoken), mostMs);
    return { index, fault, target: faultTarget(fault), means };
  });
  return { instances, links, faults, notes: notesOf(scenario, faults) };
}

/** Why this plan cannot be carried out at all; undefined when it can. */
export function planProblem({ instances, links }: LivePlan): string | undefined {
  if (instances.length > MOST_PROCESSES) {
    return `the scenario needs ${instances.length} processes; a live run starts at most ${MOST_PROCESSES}: lower the number of instances`;
  }
  if (links.length > MOST_LINKS) {
    return `the scenario needs ${links.length} proxies; a live run has at most ${MOST_LINKS}: lower the number of instances`;
  }
  return undefined;
}

function kindOf({ live }: ResolvedService): ServiceKind {
  if (live === undefined) return "synthetic";
  return live.address === undefined ? "command" : "address";
}

/** A scheme other than http means bytes without requests in them. What a command speaks it says as it starts. */
function protocolOf(service: ResolvedService | undefined, spoken: Protocols): Protocol {
  const known = service && spoken.get(service.name);
  if (known !== undefined) return known;
  return protocolAt(service?.live?.address ?? "http:");
}

export function protocolAt(url: string): Protocol {
  return url.startsWith("http:") ? "http" : "tcp";
}

function instancesOf(service: ResolvedService): PlannedInstance[] {
  const { name, instances, live } = service;
  return Array.from({ length: instances }, (_, instance) => ({
    name: instances === 1 ? name : `${name}[${instance}]`,
    service: name,
    instance,
    kind: kindOf(service),
    command: live === undefined ? nodeCommand("../synthetic/main") : withNode(live.command ?? []),
    address: live?.address ?? "",
  }));
}

/** "node" is the Node that runs this tool, whichever is first on the PATH. */
function withNode([program = "", ...words]: readonly string[]): readonly string[] {
  return program === "" ? [] : [program === "node" ? process.execPath : program, ...words];
}

function linksOf(scenario: ResolvedScenario): PlannedLink[] {
  const counts = new Map(scenario.services.map(({ name, instances }) => [name, instances]));
  const pairs = new Map<string, { from: string; to: string }>();
  const add = (from: string, to: string) => pairs.set(JSON.stringify([from, to]), { from, to });
  for (const { from, call } of planEdges(scenario)) add(from, call.service);
  for (const { name, live } of scenario.services) {
    for (const to of Object.values(live?.urls ?? {})) add(name, to);
  }
  return [...pairs.values()].flatMap(({ from, to }) => {
    const count = counts.get(to) ?? 1;
    return Array.from({ length: count }, (_, instance) => {
      const name = count === 1 ? `${from} -> ${to}` : `${from} -> ${to}[${instance}]`;
      return { name, from, to, instance };
    });
  });
}

function calleesFirst(scenario: ResolvedScenario): readonly ResolvedService[] {
  const links = linksOf(scenario);
  const done = new Set<string>();
  const order: ResolvedService[] = [];
  const visit = (service: ResolvedService): void => {
    if (done.has(service.name)) return;
    done.add(service.name);
    for (const { from, to } of links) {
      const callee = from === service.name && scenario.services.find(({ name }) => name === to);
      if (callee) visit(callee);
    }
    order.push(service);
  };
  for (const service of scenario.services) visit(service);
  return order;
}
