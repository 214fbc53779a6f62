import type { CheckedObjective, CheckedScenario } from "../checked.ts";
import type { ResolvedObjective, ResolvedScenario, ResolvedService } from "../resolved.ts";
import { resolveBalancing } from "./balancing.ts";
import { resolveFaults } from "./fault.ts";
import { resolveLiveEndpoint, resolveLiveService } from "./live.ts";
import { resolveLoad } from "./load.ts";
import { resolveStep } from "./step.ts";

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

function resolveServices(scenario: CheckedScenario): readonly ResolvedService[] {
  return Object.entries(scenario.services).map(([name, service]) => ({
    name,
    instances: service.instances,
    ...resolveBalancing(name, service),
    workers: limit(service.workers),
    workersWait: service.workersWait,
    queueCapacity: limit(service.queue.capacity),
    queueOrder: service.queue.order,
    ...(service.queue.maxWait === undefined ? {} : { queueMaxWaitMs: service.queue.maxWait }),
    ...(service.slowdown === undefined ? {} : { slowdown: service.slowdown }),
    endpoints: Object.entries(service.endpoints).map(([endpoint, { errorRate, steps, live }]) => ({
      name: endpoint,
      errorRate,
      steps: steps.map((step) => resolveStep(scenario, step)),
      ...(live === undefined ? {} : { live: resolveLiveEndpoint(endpoint, live) }),
    })),
    ...(service.live === undefined ? {} : { live: resolveLiveService(service.live) }),
  }));
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
    faults: resolveFaults(scenario),
    objectives: scenario.objectives.map(resolveObjective),
    semantics: { ...semantics, lateAnswers: semantics.lateAnswers },
  };
}
