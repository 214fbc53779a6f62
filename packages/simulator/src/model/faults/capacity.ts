import type { FaultModel } from "./fault.ts";

/** A share of the workers is gone; requests that they were working on are finished first. */
export const capacity: FaultModel = {
  begin: (fault, instance) => instance.setLostShare(fault.lose),
  end: (_fault, instance) => instance.setLostShare(0),
};
