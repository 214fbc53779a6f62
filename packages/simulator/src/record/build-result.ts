import {
  completeRun,
  type EdgeResult,
  type FaultSpan,
  type RunParts,
  type RunResult,
} from "@breakwater/metrics";
import type { ResolvedScenario } from "@breakwater/scenario";
import { faultTarget } from "@breakwater/scenario/plan";
import type { Model } from "../model/build.ts";
import type { Edge } from "../model/edge.ts";
import type { FaultInForce } from "../model/faults/fault.ts";
import type { World } from "../model/world.ts";
import { ENGINE_VERSION } from "../version.ts";

export function buildResult(
  scenario: ResolvedScenario,
  seed: number,
  world: World,
  model: Model,
  endedAtMs: number,
): RunResult {
  return completeRun(collect(scenario, seed, world, model, endedAtMs), scenario.objectives);
}

function collect(
  scenario: ResolvedScenario,
  seed: number,
  world: World,
  model: Model,
  endedAtMs: number,
): RunParts {
  const { bucketMs, durationMs } = scenario;
  const lastMs = Math.min(world.kernel.nowMs, endedAtMs);
  // Something that happened at the very end of a bucket belongs to the next one, which must exist then.
  const buckets = Math.max(1, Math.ceil(endedAtMs / bucketMs), Math.floor(lastMs / bucketMs) + 1);
  const edges = model.edges.map((edge) => edgeResult(edge, buckets, endedAtMs));
  const endToEnd = model.endToEnd.result(
    {
      name: "end to end",
      kind: "all",
      from: "customers",
      to: "",
      endpoint: "",
      policy: "",
      circuit: undefined,
    },
    buckets,
  );
  return {
    format: "breakwater-run/1",
    mode: "simulated",
    engine: ENGINE_VERSION,
    name: scenario.name,
    about: scenario.about,
    seed,
    durationMs,
    endedAtMs,
    drained: world.live === 0,
    bucketMs,
    timeMs: Array.from({ length: buckets }, (_, index) => index * bucketMs),
    endToEnd,
    edges,
    services: model.services.map(({ record }) => record.result(buckets, endedAtMs)),
    faults: model.faults.map(faultSpan),
    events: world.events.toArray(),
    eventsDropped: world.events.dropped,
  };
}

function edgeResult(edge: Edge, buckets: number, endedAtMs: number): EdgeResult {
  const [record] = edge.records;
  if (record === undefined) throw new RangeError("an edge without a record");
  const { kind, from } = edge.origin;
  const circuit = edge.circuit?.result(buckets, endedAtMs);
  return record.result(
    {
      name: edge.name,
      kind,
      from,
      to: edge.target.name,
      endpoint: edge.endpoint.name,
      policy: edge.policyText,
      circuit,
    },
    buckets,
  );
}

function faultSpan({ fault, struck }: FaultInForce): FaultSpan {
  const { name, kind, atMs, endMs } = fault;
  return {
    name,
    kind,
    target: faultTarget(fault),
    startMs: atMs,
    endMs: endMs === Infinity ? null : endMs,
    struck,
  };
}
