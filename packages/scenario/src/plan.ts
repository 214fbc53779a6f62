export { Arrivals } from "./draws/arrivals.ts";
export { makeSampler, type Sampler } from "./draws/distributions.ts";
export { Intensity } from "./draws/intensity.ts";
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
export { edgeKey, type PlannedEdge, planEdges } from "./plan/edges.ts";
export { faultTarget } from "./plan/fault-target.ts";
export { keepsCount } from "./plan/keeps-count.ts";
export { compileSteps, type Op } from "./plan/program.ts";
