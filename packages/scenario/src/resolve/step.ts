import type { CheckedCallStep, CheckedStep } from "../checked/step.ts";
import type { CheckedScenario } from "../checked.ts";
import type { ResolvedStep } from "../resolved/step.ts";
import { resolveCall } from "./call.ts";
import { resolveDistribution } from "./distribution.ts";

/** A step as its author wrote it; one with a probability becomes a choice between it and nothing. */
export function resolveStep(scenario: CheckedScenario, step: CheckedStep): ResolvedStep {
  const always = resolveForm(scenario, step);
  const { probability } = step;
  if (probability >= 1) return always;
  return { kind: "choose", options: [{ weight: probability, steps: [always] }] };
}

function resolveForm(scenario: CheckedScenario, step: CheckedStep): ResolvedStep {
  const all = (inner: readonly CheckedStep[]) => inner.map((each) => resolveStep(scenario, each));
  if ("work" in step) return { kind: "work", work: resolveDistribution(step.work) };
  if ("call" in step) return resolveCalls(scenario, step);
  if ("parallel" in step) return { kind: "parallel", steps: all(step.parallel) };
  if ("sequence" in step) return { kind: "sequence", steps: all(step.sequence) };
  if ("quorum" in step) {
    const { quorum, needs, rest } = step;
    return { kind: "quorum", steps: all(quorum), needs, rest };
  }
  const total = step.choose.reduce((sum, { weight }) => sum + weight, 0);
  const options = step.choose.map(({ weight, steps }) => ({
    weight: weight / total,
    steps: all(steps),
  }));
  return { kind: "choose", options };
}

function resolveCalls(scenario: CheckedScenario, step: CheckedCallStep): ResolvedStep {
  const call = resolveCall(scenario, step.call, step);
  const { times, order, needs = times, rest } = step;
  if (times === 1) return { kind: "call", call };
  if (order === "sequence") return { kind: "repeat", call, times };
  return { kind: "fanOut", call, times, needs, rest };
}
