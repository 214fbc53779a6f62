import type { RunResult } from "@breakwater/metrics";
import { problemText } from "@breakwater/policy";
import { checkScenario, type ResolvedScenario, type Scenario } from "@breakwater/scenario";
import { runScenario } from "../src/run.ts";

/** The scenario as the simulator reads it. @throws Error with every problem of an invalid one */
export function resolved(scenario: Scenario): ResolvedScenario {
  const outcome = checkScenario(scenario);
  if (outcome.ok) return outcome.scenario;
  throw new Error(outcome.problems.map(problemText).join("\n"));
}

/** Checks a scenario as a user's is checked, and lives through it. */
export function run(scenario: Scenario, seed?: number): RunResult {
  return runScenario(resolved(scenario), seed === undefined ? {} : { seed });
}
