import type { FaultModel } from "./fault.ts";

/** The answer takes longer: more work on the same worker, or the same work at a slower pace. */
export const latency: FaultModel = {
  stretch: (fault) => fault.multiply,
  extraMs: ({ sampleAdd, word }, request) => sampleAdd?.(request.hi, request.lo, word + 1) ?? 0,
  strikesInFlight: (fault) => fault.strikes === "inFlight",
};
