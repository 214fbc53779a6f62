import type { CheckedLoad, CheckedObjective, CheckedScenario, CheckedStep } from "../checked.ts";
import type {
  ResolvedLoad,
  ResolvedObjective,
  ResolvedScenario,
  ResolvedService,
  ResolvedStep,
} from "../resolved.ts";
import { resolveCall, resolveDistribution } from "./call.ts";
import { resolveFaults } from "./fault.ts";
import { resolveLiveEndpoint, resolveLiveService } from "./live.ts";
import { shapePoints } from "./shape.ts";

/** A chart has at most this many buckets over the duration unless the author says otherwise. */
const MOST_BUCKETS = 120;
const SHORTEST_BUCKET_MS = 10;

/** The smallest of 10, 20, 50, 100, ... ms that cuts the duration into at most 120 buckets. */
export function defaultBucketMs(durationMs: number): number {
  for (let decade = SHORTEST_BUCKET_MS; ; decade *= 10) {
    for (const factor of [1, 2, 5]) {
      if (durationMs / (decade * factor) <= MOST_BUCKETS) return decade * factor;
    }
  }
}

const limit = (given: number | "unlimited"): number => (given === "unlimited" ? Infinity : given);

function resolveStep(scenario: CheckedScenario, step: CheckedStep): ResolvedStep {
  if ("work" in step) return { kind: "work", work: resolveDistribution(step.work) };
  if ("call" in step) return { kind: "call", call: resolveCall(scenario, step.call, step) };
  const [kind, inner] =
    "parallel" in step
      ? (["parallel", step.parallel] as const)
      : (["sequence", step.sequence] as const);
  return { kind, steps: inner.map((below) => resolveStep(scenario, below)) };
}

function resolveServices(scenario: CheckedScenario): readonly ResolvedService[] {
  return Object.entries(scenario.services).map(([name, service]) => ({
    name,
    instances: service.instances,
    workers: limit(service.workers),
    workersWait: service.workersWait,
    queueCapacity: limit(service.queue.capacity),
    queueOrder: service.queue.order,
    endpoints: Object.entries(service.endpoints).map(([endpoint, { errorRate, steps, live }]) => ({
      name: endpoint,
      errorRate,
      steps: steps.map((step) => resolveStep(scenario, step)),
      ...(live === undefined ? {} : { live: resolveLiveEndpoint(endpoint, live) }),
    })),
    ...(service.live === undefined ? {} : { live: resolveLiveService(service.live) }),
  }));
}

function resolveLoad(scenario: CheckedScenario, name: string, load: CheckedLoad): ResolvedLoad {
  return {
    name,
    call: resolveCall(scenario, load.to, load),
    startMs: load.start,
    endMs: load.end ?? scenario.duration,
    shape: shapePoints(load.shape),
    source:
      load.kind === "open"
        ? { kind: "open", rate: load.rate, arrivals: load.arrivals }
        : { kind: "closed", users: load.users, think: resolveDistribution(load.think ?? 0) },
  };
}

function resolveObjective(objective: CheckedObjective): ResolvedObjective {
  const { metric, atLeast, atMost, percentile = 99, of = "answered" } = objective;
  const bound = atLeast === undefined ? "atMost" : "atLeast";
  return { metric, bound, value: atLeast ?? atMost ?? 0, percentile, of };
}

/** A scenario that passed every check, in the one form that the simulator and live runs read. */
export function resolveScenario(scenario: CheckedScenario): ResolvedScenario {
  const { name, about, seed, duration, drain, bucket, semantics } = scenario;
  return {
    name,
    about,
    seed,
    durationMs: duration,
    drainMs: drain,
    bucketMs: bucket ?? defaultBucketMs(duration),
    services: resolveServices(scenario),
    load: Object.entries(scenario.load).map(([key, load]) => resolveLoad(scenario, key, load)),
    faults: resolveFaults(scenario.faults),
    objectives: scenario.objectives.map(resolveObjective),
    semantics: { ...semantics, lateAnswers: semantics.lateAnswers },
  };
}
