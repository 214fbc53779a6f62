import type { PolicyOptions } from "@breakwater/policy";

/** Only a type: nothing is there at run time. */
declare const checked: unique symbol;

/** Options of a policy that were checked: by `checkPolicy` of `breakwater`, or in a test. */
export type Checked<Options = PolicyOptions> = Options & { readonly [checked]: true };

/**
 * Says that these options are checked elsewhere, by `checkPolicy` of `breakwater` in a test or in CI. Does nothing at
 * run time: wrong options go unseen until a call meets them.
 */
export function checkedElsewhere<const Options extends PolicyOptions>(
  options: Options,
): Checked<Options> {
  return options as Checked<Options>;
}
