import {
  completeRun,
  type EdgeResult,
  EventLog,
  type FaultSpan,
  type LiveFacts,
  type RunEvent,
  type RunResult,
  type ServiceResult,
} from "@breakwater/metrics";
import { describePolicy, type PolicyOptions } from "@breakwater/policy";
import type { ResolvedScenario, ResolvedService } from "@breakwater/scenario";
import { type PlannedEdge, planEdges } from "@breakwater/scenario/plan";
import type { CustomerCall } from "../load/customer.ts";
import { partsOf } from "../load/parts.ts";
import { type BookSize, type EdgeBook, keepEdge } from "./edge-book.ts";
import type { Recording } from "./recording.ts";
import { keepSeenService, keepService } from "./service-book.ts";
import { type EdgeEvent, inOrder } from "./timeline.ts";

/** Customers' calls of one load, on the common clock. */
export interface LoadFacts {
  readonly load: string;
  readonly ended: readonly CustomerCall[];
  /** When calls were due that have not ended. */
  readonly open: readonly { readonly dueMs: number }[];
  /** Attempts and circuits of the customers' own policy; milliseconds from the start of the run. */
  readonly events: readonly EdgeEvent[];
}

export interface LiveParts {
  readonly scenario: ResolvedScenario;
  readonly seed: number;
  readonly engine: string;
  /** The start of the run, on the common clock. */
  readonly startedMs: number;
  readonly endedAtMs: number;
  readonly drained: boolean;
  readonly loads: readonly LoadFacts[];
  readonly recording: Recording;
  readonly faults: readonly FaultSpan[];
  readonly events: readonly RunEvent[];
  readonly live: LiveFacts;
}

/** Makes the one result format out of everything that was written down in a live run. */
export function liveResult(parts: LiveParts): RunResult {
  const { scenario, endedAtMs } = parts;
  const { bucketMs, durationMs } = scenario;
  const edges = planEdges(scenario);
  const events = eventsByEdge(parts, edges);
  const lastMs = Math.max(endedAtMs, ...[...events.values()].map(latest));
  const buckets = Math.max(1, Math.ceil(endedAtMs / bucketMs), Math.floor(lastMs / bucketMs) + 1);
  const size: BookSize = { bucketMs, buckets, endedAtMs: lastMs };
  const books = edges.map((edge) => bookOf(parts, edge, events.get(edge.name) ?? [], size));
  const served = scenario.services.map((service) => serviceOf(parts, service, edges, events, size));
  const log = new EventLog();
  for (const event of [...parts.events, ...books.flatMap((book) => book.events)]) log.add(event);
  for (const event of served.flatMap(({ full }) => full)) log.add(event);
  return completeRun(
    {
      format: "breakwater-run/1",
      mode: "live",
      engine: parts.engine,
      name: scenario.name,
      about: scenario.about,
      seed: parts.seed,
      durationMs,
      endedAtMs: lastMs,
      drained: parts.drained,
      bucketMs,
      timeMs: Array.from({ length: buckets }, (_, index) => index * bucketMs),
      endToEnd: together(edges, events, size),
      edges: books.map(({ result }) => result),
      services: served.map(({ result }) => result),
      faults: parts.faults,
      events: log.toArray(),
      eventsDropped: log.dropped,
      live: parts.live,
    },
    scenario.objectives,
  );
}

function latest(events: readonly EdgeEvent[]): number {
  return events.reduce((most, { atMs }) => Math.max(most, atMs), 0);
}

function eventsByEdge(
  { loads, recording, startedMs }: LiveParts,
  edges: readonly PlannedEdge[],
): ReadonlyMap<string, readonly EdgeEvent[]> {
  return new Map(
    edges.map(({ kind, name, from }) => {
      if (kind === "call") return [name, recording.events.get(name) ?? []];
      const load = loads.find((each) => each.load === from);
      return [name, load === undefined ? [] : loadEvents(load, startedMs)];
    }),
  );
}

/** A customer's call begins when it was due: what a late send costs is part of its latency. */
function loadEvents({ ended, open, events }: LoadFacts, startedMs: number): EdgeEvent[] {
  const attempts = events.filter(({ is }) => is !== "callStarted" && is !== "callEnded");
  const calls = ended.flatMap(({ dueMs, endedMs, outcome, degraded }): EdgeEvent[] => {
    // A timer may ring a fraction of a millisecond before the start.
    const startedAtMs = Math.max(0, dueMs - startedMs);
    const atMs = Math.max(0, endedMs - startedMs);
    return [
      { atMs: startedAtMs, is: "callStarted" },
      { atMs, is: "callEnded", outcome, startedAtMs, degraded },
    ];
  });
  const waiting = open.map(
    ({ dueMs }): EdgeEvent => ({ atMs: Math.max(0, dueMs - startedMs), is: "callStarted" }),
  );
  return [...calls, ...waiting, ...attempts];
}

function bookOf(
  { scenario, recording }: LiveParts,
  edge: PlannedEdge,
  events: readonly EdgeEvent[],
  size: BookSize,
): EdgeBook {
  const { name, kind, from, call } = edge;
  const caller = scenario.services.find((service) => service.name === from);
  const callee = scenario.services.find((service) => service.name === call.service);
  const perInstance = partsOf(scenario, edge);
  const guarded =
    call.policy?.circuitBreaker !== undefined || call.policy?.probationBreaker !== undefined;
  const instances = kind === "call" ? (caller?.instances ?? 1) : 1;
  const policy = call.policy === undefined ? "" : describePolicy(call.policy as PolicyOptions);
  return keepEdge(
    {
      identity: { name, kind, from, to: call.service, endpoint: call.endpoint, policy },
      breakers: guarded ? instances * perInstance : 0,
      breakerName: (breaker) => breakerName(breaker, instances, perInstance),
      events,
      arrived: callee?.live === undefined ? (recording.arrived.get(name) ?? 0) : undefined,
    },
    size,
  );
}

function breakerName(breaker: number, instances: number, perInstance: number): string {
  const instance = instances > 1 ? [`instance ${Math.floor(breaker / perInstance)}`] : [];
  const worker = perInstance > 1 ? [`worker ${breaker % perInstance}`] : [];
  return [...instance, ...worker].join(" ");
}

function together(
  edges: readonly PlannedEdge[],
  events: ReadonlyMap<string, readonly EdgeEvent[]>,
  size: BookSize,
): EdgeResult {
  const loads = edges.filter(({ kind }) => kind === "load");
  return keepEdge(
    {
      identity: {
        name: "end to end",
        kind: "all",
        from: "customers",
        to: "",
        endpoint: "",
        policy: "",
      },
      breakers: 0,
      breakerName: () => "",
      events: loads.flatMap(({ name }) => events.get(name) ?? []),
      arrived: undefined,
    },
    size,
  ).result;
}

function serviceOf(
  { recording }: LiveParts,
  service: ResolvedService,
  edges: readonly PlannedEdge[],
  events: ReadonlyMap<string, readonly EdgeEvent[]>,
  size: BookSize,
): { result: ServiceResult; full: RunEvent[] } {
  const { name } = service;
  if (service.live !== undefined) {
    const incoming = edges.filter(({ call }) => call.service === name);
    const seen = incoming.map((edge) => inOrder(events.get(edge.name) ?? []));
    return { result: keepSeenService(service, seen, size), full: [] };
  }
  const { result, fullAtMs } = keepService(service, recording.generations.get(name) ?? [], size);
  if (fullAtMs === undefined) return { result, full: [] };
  const reason = `${service.queueCapacity} waiting`;
  return { result, full: [{ atMs: fullAtMs, type: "queueFull", subject: name, part: "", reason }] };
}
