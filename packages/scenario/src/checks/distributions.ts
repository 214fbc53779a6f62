import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedDistribution } from "../checked/distribution.ts";
import type { CheckedScenario } from "../checked.ts";
import { percentilePairs } from "../resolve/distribution.ts";
import { allDistributions } from "./steps.ts";

type Empirical = Extract<CheckedDistribution, { kind: "empirical" }>;

function* empiricalProblems(path: string, distribution: Empirical): Generator<Problem> {
  const { percentiles, histogram, min } = distribution;
  if ((percentiles === undefined) === (histogram === undefined)) {
    const message = percentiles === undefined ? "has nothing measured" : "has two measurements";
    const allowed = "percentiles or histogram";
    yield { path, value: undefined, message, allowed, fix: "give exactly one of them" };
    return;
  }
  let last = -1;
  for (const [percentile, ms] of percentilePairs(percentiles ?? {})) {
    const at = `${path}.percentiles.${percentile}`;
    if (percentile > 100) {
      const message = "is no percentile";
      yield { path: at, value: percentile, message, allowed: "0 to 100", fix: "correct it" };
    }
    if (ms < last) yield falling(at, ms, last);
    last = ms;
  }
  if (histogram === undefined) return;
  last = min;
  for (const [index, { upTo }] of histogram.entries()) {
    if (upTo < last) yield falling(`${path}.histogram[${index}].upTo`, upTo, last);
    last = upTo;
  }
  if (histogram.every(({ count }) => count === 0)) {
    const message = "all its bins are empty";
    const allowed = "a count above 0";
    yield { path: `${path}.histogram`, value: undefined, message, allowed, fix: "count something" };
  }
}

const falling = (path: string, ms: number, last: number): Problem => ({
  path,
  value: formatDuration(ms),
  message: `is shorter than the one before it (${formatDuration(last)})`,
  allowed: `at least ${formatDuration(last)}`,
  fix: "put them in order",
});

/** What contradicts itself within one distribution. */
export function* problemsOf(path: string, distribution: CheckedDistribution): Generator<Problem> {
  if (typeof distribution === "number") return;
  if (distribution.kind === "mixture") {
    for (const [index, { value }] of distribution.of.entries()) {
      yield* problemsOf(`${path}.of[${index}].value`, value);
    }
  }
  if (distribution.kind === "empirical") yield* empiricalProblems(path, distribution);
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
