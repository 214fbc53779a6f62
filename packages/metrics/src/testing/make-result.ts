import { checkConservation } from "../conservation.ts";
import { EventLog } from "../event-log.ts";
import { Histogram } from "../histogram.ts";
import { judge, type ObjectiveInput, verdictOf } from "../objectives.ts";
import type {
  EdgeResult,
  FaultSpan,
  HistogramData,
  RunEvent,
  RunResult,
  ServiceResult,
} from "../result.ts";
import { type RunParts, summarise } from "../summary.ts";
import { type Axis, column, makeEdge, total } from "./make-edge.ts";
import type { FaultPlan, ResultPlan, ServicePlan } from "./plan.ts";

/**
 * A full and consistent result from a few numbers, for tests: counts, series, histograms and conservation agree
 * with one another, though no run was made.
 */
export function makeResult(
  plan: ResultPlan = {},
  objectives: readonly ObjectiveInput[] = [],
): RunResult {
  const parts = makeParts(plan);
  const summary = summarise(parts);
  const judged = judge(objectives, { endToEnd: parts.endToEnd, summary });
  return {
    ...parts,
    summary,
    objectives: judged,
    verdict: verdictOf(judged),
    conservation: checkConservation(parts.endToEnd, parts.edges, parts.services),
  };
}

function makeParts(plan: ResultPlan): RunParts {
  const { durationMs = 30_000, bucketMs = 1000, faults = [], services = [] } = plan;
  const endedAtMs = plan.endedAtMs ?? durationMs;
  const axis: Axis = {
    buckets: Math.ceil(Math.max(endedAtMs, durationMs) / bucketMs),
    loadBuckets: Math.ceil(durationMs / bucketMs),
  };
  const names = new Set(services.map(({ name }) => name));
  const edges = (plan.edges ?? []).map((edge) =>
    makeEdge(edge, names.has(edge.from) ? "call" : "load", axis),
  );
  const log = new EventLog();
  for (const event of faults.flatMap(faultEvents)) log.add(event);
  log.add({ atMs: durationMs, type: "loadEnded", subject: "load", part: "", reason: "" });
  for (const event of plan.events ?? []) log.add(event);
  const loads = edges.filter(({ kind }) => kind === "load");
  return {
    format: "breakwater-run/1",
    mode: "simulated",
    engine: "0.1.0",
    name: plan.name ?? "made",
    about: "",
    seed: plan.seed ?? 1,
    durationMs,
    endedAtMs,
    drained: edges.every(({ inFlight }) => inFlight === 0),
    bucketMs,
    timeMs: Array.from({ length: axis.buckets }, (_, i) => i * bucketMs),
    endToEnd: mergeLoads(loads, axis),
    edges,
    services: services.map((service) => makeService(service, edges, axis, bucketMs)),
    faults: faults.map(faultSpan),
    events: log.toArray(),
    eventsDropped: 0,
  };
}

const faultName = ({ kind, target }: FaultPlan) => `${kind} at ${target}`;

function faultSpan(fault: FaultPlan): FaultSpan {
  const { kind, target, startMs = 0, endMs = null, struck = 0 } = fault;
  return { name: faultName(fault), kind, target, startMs, endMs, struck };
}

function faultEvents(fault: FaultPlan): RunEvent[] {
  const { startMs, endMs } = faultSpan(fault);
  const common = { subject: faultName(fault), part: "", reason: "" };
  const started: RunEvent = { atMs: startMs, type: "faultStarted", ...common };
  return endMs === null ? [started] : [started, { atMs: endMs, type: "faultEnded", ...common }];
}

function mergeLoads(loads: readonly EdgeResult[], axis: Axis): EdgeResult {
  const empty = makeEdge({ from: "all", to: "all", outcomes: {} }, "all", axis);
  const merged = loads.reduce((sum, load) => addNumbers(sum, load) as EdgeResult, empty);
  const only = loads.length === 1 ? loads[0] : undefined;
  return {
    ...merged,
    name: "end to end",
    latency: {
      answered: mergeHistograms(loads.map(({ latency }) => latency.answered)),
      all: mergeHistograms(loads.map(({ latency }) => latency.all)),
    },
    // Percentiles of several loads cannot be had from theirs; tests that need them have one load.
    series: only === undefined ? merged.series : only.series,
    circuit: undefined,
  };
}

function mergeHistograms(parts: readonly HistogramData[]): HistogramData {
  const merged = new Histogram();
  for (const part of parts) merged.merge(Histogram.fromData(part));
  return merged.toData();
}

/** Adds up the numbers at the same places of two values of the same form; everything else is taken from the first. */
function addNumbers(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (Array.isArray(a) && Array.isArray(b)) return a.map((value, i) => addNumbers(value, b[i]));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a;
  const other = b as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(a).map(([key, v]) => [key, addNumbers(v, other[key])]));
}

function makeService(
  plan: ServicePlan,
  edges: readonly EdgeResult[],
  axis: Axis,
  bucketMs: number,
): ServiceResult {
  const into = edges.filter(({ to }) => to === plan.name);
  const arrived = total(into.map((edge) => edge.delivery.arrived));
  const { failed = 0, rejected = 0, lost = 0, dropped = 0, inFlight = 0, wasted = 0 } = plan;
  const busy = column(plan.busy, axis);
  const queue = column(plan.queue, axis);
  const arrivals = busy.map((_, i) => total(into.map(({ series }) => series.attempts[i] ?? 0)));
  const none = column(0, axis);
  return {
    name: plan.name,
    instances: plan.instances ?? 1,
    workers: plan.workers ?? null,
    arrived,
    ok: arrived - failed - rejected - lost - dropped - inFlight,
    failed,
    rejected,
    lost,
    dropped,
    inFlight,
    wasted,
    busyMs: total(busy) * bucketMs,
    wastedMs: plan.wastedMs ?? 0,
    lastBusyMs: plan.lastBusyMs ?? (busy.findLastIndex((level) => level > 0) + 1) * bucketMs,
    maxQueue: Math.max(0, ...queue),
    series: {
      arrived: arrivals,
      ok: arrivals,
      failed: none,
      rejected: none,
      wasted: none,
      queue,
      busy,
    },
  };
}
