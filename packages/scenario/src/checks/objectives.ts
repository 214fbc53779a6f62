import type { Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";

/** Each objective has exactly one bound. */
export function* objectiveProblems(scenario: CheckedScenario): Generator<Problem> {
  for (const [index, { metric, atLeast, atMost }] of scenario.objectives.entries()) {
    if ((atLeast === undefined) !== (atMost === undefined)) continue;
    const none = atLeast === undefined;
    yield {
      path: `objectives[${index}]`,
      value: undefined,
      message: none ? `${metric} has no bound` : `${metric} has two bounds`,
      allowed: "exactly one of atLeast and atMost",
      fix: none ? "add atLeast or atMost" : "make two objectives of it, or remove one bound",
    };
  }
}
