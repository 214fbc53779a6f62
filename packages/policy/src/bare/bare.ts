/**
 * The tables of options as validation needs them: without the explanations, which make more than half of a table. A
 * bundle contains these; the docs, the schema and the studio read the whole ones.
 */
import { cacheTable } from "../cache/options.ts";
import type { FieldTable } from "../options/field.ts";
import { outlierDetectionTable } from "../outlier-detection/options.ts";
import { policyTable } from "../registry.ts";

/** What tables.ts has to hold. */
export function bareTables(): Readonly<Record<string, FieldTable>> {
  const tables = {
    policy: policyTable,
    cache: cacheTable,
    outlierDetection: outlierDetectionTable,
  };
  return bare(tables) as Readonly<Record<string, FieldTable>>;
}

/** A deep copy; a required field keeps its explanation, for validation tells it where the field is missing. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, inner]) => key !== "about" || typeof inner !== "string" || isRequired(value))
    .map(([key, inner]) => [key, bare(inner)]);
  return Object.fromEntries(entries);
}

function isRequired(field: object): boolean {
  return "required" in field && field.required === true;
}
