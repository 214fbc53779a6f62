import type { Problem } from "../options/field.ts";
import type { AdaptiveLimitOptions } from "./options.ts";

/** What is wrong with the bounds of a limit though each is well formed. */
export function checkLimit({ initial, min, max }: AdaptiveLimitOptions, path: string): Problem[] {
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  const problems: Problem[] = [];
  if (min !== undefined && max !== undefined && max < min) {
    problems.push({
      path: at("max"),
      value: max,
      message: `the highest limit is below the lowest (${min})`,
      allowed: `${min} or more`,
      fix: `write max: ${min}, or change min`,
    });
  }
  if (initial === undefined) return problems;
  if (max !== undefined && initial > max) {
    problems.push({
      path: at("initial"),
      value: initial,
      message: `the first limit is above the highest (${max})`,
      allowed: `${max} or less`,
      fix: `write initial: ${max}, or change max`,
    });
  } else if (min !== undefined && initial < min) {
    problems.push({
      path: at("initial"),
      value: initial,
      message: `the first limit is below the lowest (${min})`,
      allowed: `${min} or more`,
      fix: `write initial: ${min}, or change min`,
    });
  }
  return problems;
}
