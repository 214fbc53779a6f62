export { checkScenario, defineScenario, type ParseOutcome } from "./document/check.ts";
export { parseScenario } from "./document/parse.ts";
export type * from "./resolved.ts";
export { scenarioJsonSchema } from "./schema.ts";
export { scenarioField } from "./tables/scenario.ts";
export type * from "./types.ts";
