import { policyBare } from "../bare/tables.ts";
import { InvalidOptionsError } from "../errors.ts";
import type { ObjectField } from "../options/field.ts";
import { check } from "../options/validate.ts";
import type { PolicyOptions } from "../types.ts";
import { checkPolicy } from "./check.ts";
import { EVERY_PART } from "./parts.ts";
import { resolveParts } from "./resolve-parts.ts";
import type { ResolvedPolicy } from "./resolved.ts";

const field: ObjectField = { kind: "object", fields: policyBare, about: "" };

/**
 * Checks a policy, fills in the defaults and turns every duration into milliseconds.
 * @throws InvalidOptionsError that lists everything that is wrong
 */
export function resolvePolicy(options: PolicyOptions): ResolvedPolicy {
  const checked = check(field, options);
  // With the defaults filled in: a first delay above the default cap is a contradiction as well.
  const problems = checked.ok ? checkPolicy(checked.value as PolicyOptions) : checked.problems;
  if (!checked.ok || problems.length > 0) throw new InvalidOptionsError(problems);
  return resolveParts(checked.value as PolicyOptions, EVERY_PART);
}
