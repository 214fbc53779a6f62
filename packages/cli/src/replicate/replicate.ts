import { availableParallelism } from "node:os";
import { gatherReplications, type Replications, type RunDigest } from "@breakwater/metrics";
import type { ResolvedScenario } from "@breakwater/scenario";
import { ENGINE_VERSION, replicationSeed } from "@breakwater/simulator";
import type { OptionTable, ParsedArguments } from "../arguments/command.ts";
import { numberOption } from "../arguments/parse.ts";
import type { Io } from "../io.ts";
import { type JobsDone, runJobs } from "../threads/run-jobs.ts";

const MOST_REPLICATIONS = 100_000;
const MOST_WORKERS = 256;

export const replicationOptions = {
  replications: {
    type: "value",
    value: "NUMBER",
    about: "Run it so many times with seeds of its own, and tell means, intervals and odds.",
  },
  workers: {
    type: "value",
    value: "NUMBER",
    about: "Threads for replications; one per core unless set. The result is the same.",
  },
} satisfies OptionTable;

export interface ReplicationSettings {
  readonly replications: number;
  readonly workers: number;
}

/** undefined without --replications, unless there are so many without it. */
export function replicationSettings(args: ParsedArguments): ReplicationSettings | undefined;
export function replicationSettings(args: ParsedArguments, unlessSet: number): ReplicationSettings;
export function replicationSettings(
  args: ParsedArguments,
  unlessSet?: number,
): ReplicationSettings | undefined {
  const whole = { min: 1, integer: true, unit: "" } as const;
  const asked = numberOption(args, "replications", { ...whole, max: MOST_REPLICATIONS });
  const workers = numberOption(args, "workers", { ...whole, max: MOST_WORKERS });
  const replications = asked ?? unlessSet;
  if (replications === undefined) return undefined;
  return { replications, workers: workers ?? availableParallelism() };
}

export interface Replicating extends Pick<JobsDone<unknown>, "tookMs" | "interrupted"> {
  /** One per scenario, in their order. */
  readonly results: readonly Replications[];
}

/** One run to make: of which scenario, and with which seed. */
interface Job {
  readonly scenario: number;
  readonly seed: number;
}

/**
 * Runs each scenario so many times. All of them have the seeds that follow from the first one's: common random
 * numbers. Ctrl-C ends it, and what is done by then is the result.
 */
export async function replicate(
  scenarios: readonly ResolvedScenario[],
  { replications, workers }: ReplicationSettings,
  io: Io,
): Promise<Replicating> {
  const seed = scenarios[0]?.seed ?? 0;
  // Replication by replication, so that an interruption leaves pairs.
  const jobs = Array.from({ length: replications }, (_, index) =>
    scenarios.map((_, scenario): Job => ({ scenario, seed: replicationSeed(seed, index) })),
  ).flat();
  const options = { program: "replicate-worker", data: scenarios, jobs, workers } as const;
  const { answers, tookMs, interrupted } = await runJobs<Job, RunDigest>(options, io, "runs");
  const results = scenarios.map(({ name, objectives }, scenario) =>
    gatherReplications(
      { engine: ENGINE_VERSION, name, seed, asked: replications, objectives },
      answers.flatMap((digest, i) =>
        digest !== undefined && jobs[i]?.scenario === scenario ? [digest] : [],
      ),
    ),
  );
  return { results, tookMs, interrupted };
}
