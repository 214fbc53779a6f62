export { type ArrivalTimes, arrivalTimes } from "./draws/arrivals.ts";
export { makeSampler, type Sampler } from "./draws/distributions.ts";
export { Intensity } from "./draws/intensity.ts";
export { networkSampler } from "./draws/network.ts";
export { calleeWord, faultWord, loadKey, PURPOSE, stepWord } from "./draws/purpose.ts";
export {
  derive,
  deriveHi,
  deriveLo,
  type Key,
  nameWord,
  seedKey,
  uniform,
} from "./draws/random.ts";
export { samplerOf } from "./draws/sampler-of.ts";
export { edgeKey, type PlannedEdge, planEdges } from "./plan/edges.ts";
export { faultTarget } from "./plan/fault-target.ts";
export { keepsCount } from "./plan/keeps-count.ts";
export { type ChooseOp, chosen, compileSteps, type Op, type QuorumOp } from "./plan/program.ts";
