import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedDistribution } from "../checked/distribution.ts";
import type { CheckedScenario } from "../checked.ts";
import { allDistributions } from "./steps.ts";

/** What contradicts itself within one distribution. */
export function* problemsOf(path: string, distribution: CheckedDistribution): Generator<Problem> {
  if (typeof distribution === "number") return;
  if (distribution.kind === "mixture") {
    for (const [index, { value }] of distribution.of.entries()) {
      yield* problemsOf(`${path}.of[${index}].value`, value);
    }
  }
  if (distribution.kind === "uniform" && distribution.min > distribution.max) {
    const { min, max } = distribution;
    yield {
      path: `${path}.min`,
      value: formatDuration(min),
      message: `the shortest (${formatDuration(min)}) is longer than the longest (${formatDuration(max)})`,
      allowed: `at most ${formatDuration(max)}`,
      fix: "swap min and max",
    };
  }
}

export function* distributionProblems(scenario: CheckedScenario): Generator<Problem> {
  for (const [path, distribution] of allDistributions(scenario)) {
    yield* problemsOf(path, distribution);
  }
}
