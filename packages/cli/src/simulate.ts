import type { RunResult } from "@breakwater/metrics";
import type { ResolvedScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";
import type { Io } from "./io.ts";

export interface Simulated {
  readonly result: RunResult;
  readonly tookMs: number;
}

/** Runs a scenario in the simulator and takes the time. */
export function simulate(scenario: ResolvedScenario, io: Io): Simulated {
  const startedAt = io.now();
  const result = runScenario(scenario);
  return { result, tookMs: io.now() - startedAt };
}
