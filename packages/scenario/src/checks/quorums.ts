import type { Problem } from "@breakwater/policy";
import type { CheckedCallStep } from "../checked/step.ts";
import type { CheckedScenario } from "../checked.ts";
import { allSteps } from "./steps.ts";

function tooMany(path: string, needs: number, there: number): Problem {
  return {
    path: `${path}.needs`,
    value: needs,
    message: `${needs} can never succeed: there are only ${there}`,
    allowed: `1 to ${there}`,
    fix: "lower needs, or add more",
  };
}

function* callProblems(step: CheckedCallStep, path: string): Generator<Problem> {
  const { times, order, needs, optional } = step;
  if (needs === undefined) return;
  if (needs > times) yield tooMany(path, needs, times);
  if (order === "sequence") {
    yield {
      path: `${path}.needs`,
      value: needs,
      message: "calls that are made one after the other are all waited for",
      allowed: "no needs with order: sequence",
      fix: "remove needs, or let the calls go out in parallel",
    };
  }
  if (optional) {
    yield {
      path: `${path}.needs`,
      value: needs,
      message: "needs counts the calls that succeed, and an optional call counts as one always",
      allowed: "needs, or optional: true",
      fix: "remove one of the two",
    };
  }
}

/** Quorums that no answers can make. */
export function* quorumProblems(scenario: CheckedScenario): Generator<Problem> {
  for (const { step, path } of allSteps(scenario)) {
    if ("call" in step) yield* callProblems(step, path);
    if ("quorum" in step && step.needs > step.quorum.length) {
      yield tooMany(path, step.needs, step.quorum.length);
    }
  }
}
