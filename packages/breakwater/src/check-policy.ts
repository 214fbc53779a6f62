import { type PolicyOptions, resolvePolicy } from "@breakwater/policy";
import type { Checked } from "./core/checked.ts";

/**
 * Checks the options of a policy, each field and what contradicts what: for a test of options that `breakwater/core`
 * takes without looking at them.
 * @returns the same options, with a type that says so
 * @throws InvalidOptionsError that lists everything that is wrong
 */
export function checkPolicy<const Options extends PolicyOptions>(
  options: Options,
): Checked<Options> {
  resolvePolicy(options);
  return options as Checked<Options>;
}
