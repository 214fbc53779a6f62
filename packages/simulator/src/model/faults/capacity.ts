import type { FaultModel } from "./fault.ts";

/**
 * A share of the workers is gone; requests that they were working on are finished first. Shares of faults that overlap
 * add up.
 */
export const capacity: FaultModel = {
  begin: (fault, instance) => instance.loseShare(fault.lose),
  end: (fault, instance) => instance.regainShare(fault.lose),
};
