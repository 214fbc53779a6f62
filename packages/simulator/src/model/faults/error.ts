import type { FaultModel } from "./fault.ts";

/** The answer is an error: at once, or after the work was done. */
export const error: FaultModel = {
  failsAtOnce: (fault) => fault.when === "beforeWork",
  failsAfterWork: (fault) => fault.when === "afterWork",
  strikesInFlight: (fault) => fault.strikes === "inFlight",
};
