import { EventLog, type RunResult } from "@breakwater/metrics";
import type { ResolvedScenario } from "@breakwater/scenario";
import { seedKey } from "@breakwater/scenario/plan";
import { Kernel } from "./kernel/kernel.ts";
import { buildModel, type Model } from "./model/build.ts";
import { scheduleFault } from "./model/faults/schedule.ts";
import type { ServiceModel } from "./model/service.ts";
import type { World } from "./model/world.ts";
import { buildResult } from "./record/build-result.ts";

export interface RunOptions {
  /** Instead of the scenario's own: 0 to 2^32 - 1. */
  readonly seed?: number;
}

/**
 * Lives through a scenario in virtual time. The same scenario and seed give the same result, byte for byte.
 * @throws TimeStandsStillError for a model in which infinitely much happens at one moment
 */
export function runScenario(scenario: ResolvedScenario, options: RunOptions = {}): RunResult {
  const seed = options.seed ?? scenario.seed;
  const world: World = {
    kernel: new Kernel(),
    key: seedKey(seed),
    semantics: scenario.semantics,
    bucketMs: scenario.bucketMs,
    events: new EventLog(),
    live: 0,
  };
  const model = buildModel(world, scenario);
  schedule(world, model);
  const endedAtMs = play(world, scenario);
  return buildResult(scenario, seed, world, model, endedAtMs);
}

function schedule(world: World, model: Model): void {
  const services = new Map<string, ServiceModel>(model.services.map((each) => [each.name, each]));
  // Faults first: at equal times they are in force before the requests come.
  for (const force of model.faults) {
    const service = services.get(force.fault.service);
    if (service !== undefined) scheduleFault(world, force, service);
  }
  for (const source of model.sources) source.start();
}

/** Returns when the run ended: when everything was quiet, or when the time for that was up. */
function play(world: World, { name, durationMs, drainMs }: ResolvedScenario): number {
  const { kernel, events } = world;
  const horizonMs = durationMs + drainMs;
  kernel.run(horizonMs, () => world.live === 0 && kernel.nextAtMs > durationMs);
  // Not an event of the kernel: it would begin a bucket of its own at the end of a run without drain.
  const loadEnded = { type: "loadEnded", subject: name, part: "", reason: "" } as const;
  events.add({ atMs: durationMs, ...loadEnded });
  if (world.live > 0 && kernel.nextAtMs < Infinity) return horizonMs;
  return Math.max(durationMs, kernel.nowMs);
}
