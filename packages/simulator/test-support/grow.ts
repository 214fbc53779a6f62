/** Makes a valid scenario use more of the language: puts in something from its tables, keeps it where it fits. */
import type { Field, FieldTable } from "@breakwater/policy";
import { checkScenario, type Scenario, scenarioField } from "@breakwater/scenario";
import type { Chance } from "./chance.ts";
import { randomValue } from "./random-value.ts";

interface Spot {
  readonly at: Record<string, unknown>;
  readonly table: FieldTable;
}

/** Keys that decide how long a run takes rather than what happens in it, and those of live runs. */
const LEFT_ALONE = new Set(["duration", "drain", "bucket", "live", "seed", "name", "about"]);

/** The same scenario with up to `tries` more things in it; still valid. */
export function grown(scenario: Scenario, chance: Chance, tries: number): Scenario {
  let best = scenario;
  for (let i = 0; i < tries; i++) {
    const next = structuredClone(best);
    const spots = [...spotsOf(scenarioField, next)];
    const { at, table } = chance.pick(spots);
    const key = chance.pick(Object.keys(table).filter((each) => !LEFT_ALONE.has(each)));
    at[key] = randomValue(table[key] as Field, chance, namesOf(next));
    if (checkScenario(next).ok) best = next;
  }
  return best;
}

function namesOf({ services, load, policies = {} }: Scenario): readonly string[] {
  const endpoints = Object.values(services).flatMap((service) => Object.keys(service.endpoints));
  return [...Object.keys(services), ...Object.keys(load), ...Object.keys(policies), ...endpoints];
}

const isKeys = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every object of the document whose keys a table describes. */
function* spotsOf(field: Field, value: unknown): Generator<Spot> {
  if (field.kind === "lazy") yield* spotsOf(field.field(), value);
  else if (field.kind === "either") {
    for (const option of field.options) yield* spotsOf(option, value);
  } else if (field.kind === "list" && Array.isArray(value)) {
    for (const item of value) yield* spotsOf(field.item, item);
  } else if (isKeys(value)) {
    if (field.kind === "map") {
      for (const item of Object.values(value)) yield* spotsOf(field.item, item);
    }
    const table = tableOf(field, value);
    if (table === undefined || Object.keys(table).length === 0) return;
    yield { at: value, table };
    for (const [key, inner] of Object.entries(table)) {
      if (!LEFT_ALONE.has(key)) yield* spotsOf(inner, value[key]);
    }
  }
}

function tableOf(field: Field, value: Record<string, unknown>): FieldTable | undefined {
  if (field.kind === "object") return field.fields;
  if (field.kind === "variant") {
    const variant = field.variants[String(value[field.tag] ?? field.defaultVariant)];
    return variant && { ...field.common, ...variant };
  }
  if (field.kind !== "oneOfKeys") return undefined;
  return Object.entries(field.forms).find(([key]) => key in value)?.[1];
}
