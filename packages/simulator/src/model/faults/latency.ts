import { makeSampler } from "../../kernel/distributions.ts";
import type { FaultModel } from "./fault.ts";

/** The answer takes longer: more work on the same worker, or the same work at a slower pace. */
export const latency: FaultModel = {
  stretch: (fault) => fault.multiply,
  extraMs: ({ fault, word }, request) =>
    fault.add === undefined ? 0 : makeSampler(fault.add)(request.hi, request.lo, word + 1),
  strikesInFlight: (fault) => fault.strikes === "inFlight",
};
