import { check, type Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";
import { contradictions } from "../checks/contradictions.ts";
import { resolveScenario } from "../resolve/scenario.ts";
import type { ResolvedScenario } from "../resolved.ts";
import { scenarioField } from "../tables/scenario.ts";
import type { Scenario } from "../types/scenario.ts";

/** What becomes of a document: a scenario ready to run, beside the document as it was written; or what is wrong. */
export type ParseOutcome =
  | { readonly ok: true; readonly scenario: ResolvedScenario; readonly document: Scenario }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks a value that claims to be a scenario, wherever it comes from: shape and ranges first, then names, limits
 * and contradictions. Lists at most 50 problems. Never throws on data.
 */
export function checkScenario(value: unknown): ParseOutcome {
  const checked = check(scenarioField, value);
  if (!checked.ok) return checked;
  const scenario = checked.value as CheckedScenario;
  const problems = contradictions(scenario);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, scenario: resolveScenario(scenario), document: value as Scenario };
}

/** Nothing but types: the editor's help for authors who write scenarios in TypeScript. */
export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}
