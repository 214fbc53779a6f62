export { catalogue, type Found, findScenario } from "./catalogue/catalogue.ts";
export type { CatalogueEntry } from "./catalogue/entry.ts";
export { type ThunderingHerdOptions, thunderingHerd } from "./catalogue/herd.ts";
export {
  type HomepageFault,
  type HomepageFlags,
  type HomepageOptions,
  type HomepagePace,
  homepage,
  homepagePolicies,
} from "./catalogue/homepage.ts";
export { homepageLadder, type LadderRun } from "./catalogue/homepage-ladder.ts";
export {
  type IndependentFailuresOptions,
  independentFailures,
} from "./catalogue/independent-failures.ts";
export { failingWorker, garbageCollection, type PoolOptions } from "./catalogue/pool.ts";
export { slowShipment } from "./catalogue/retail.ts";
export { type RetryStormOptions, retryStorm } from "./catalogue/retry-storm.ts";
export { checkScenario, defineScenario, type ParseOutcome } from "./document/check.ts";
export { parseScenario } from "./document/parse.ts";
export { type TraceRows, traceRows } from "./resolve/trace.ts";
export type * from "./resolved/balancing.ts";
export type * from "./resolved/distribution.ts";
export type * from "./resolved/fault.ts";
export type * from "./resolved/load.ts";
export type * from "./resolved/step.ts";
export type * from "./resolved.ts";
export { scenarioJsonSchema } from "./schema.ts";
export { starterScenario } from "./starter.ts";
export { scenarioField } from "./tables/scenario.ts";
export type * from "./types/balancing.ts";
export type * from "./types/distribution.ts";
export type * from "./types/fault.ts";
export type * from "./types/live.ts";
export type * from "./types/load.ts";
export type * from "./types/objective.ts";
export type * from "./types/policy.ts";
export type * from "./types/scenario.ts";
export type * from "./types/semantics.ts";
export type * from "./types/service.ts";
export type * from "./types/step.ts";
