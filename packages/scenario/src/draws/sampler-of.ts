import { check, InvalidOptionsError } from "@breakwater/policy";
import type { CheckedDistribution } from "../checked/distribution.ts";
import { problemsOf } from "../checks/distributions.ts";
import { resolveDistribution } from "../resolve/distribution.ts";
import { distributionField } from "../tables/distribution.ts";
import type { Distribution } from "../types/distribution.ts";
import { makeSampler, type Sampler } from "./distributions.ts";

/**
 * Draws from a distribution as a scenario writes it, in milliseconds.
 * @throws InvalidOptionsError with every problem of an invalid one
 */
export function samplerOf(distribution: Distribution): Sampler {
  const checked = check(distributionField, distribution, "distribution");
  if (!checked.ok) throw new InvalidOptionsError(checked.problems);
  const value = checked.value as CheckedDistribution;
  const problems = [...problemsOf("distribution", value)];
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return makeSampler(resolveDistribution(value));
}
