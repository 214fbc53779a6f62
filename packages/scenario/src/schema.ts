import { jsonSchema } from "@breakwater/policy";
import { scenarioField } from "./tables/scenario.ts";

/** The scenario language as JSON Schema (draft 2020-12), for editors. References between names are not in it. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return jsonSchema(scenarioField, { title: "Breakwater scenario" });
}
