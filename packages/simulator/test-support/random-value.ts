/** Small values for any field of the language, made from its own table: what is new there needs nothing here. */
import type { Field, FieldTable, NumberField } from "@breakwater/policy";
import type { Chance } from "./chance.ts";

/** Deeper than this, only what must be there is made. */
const DEEPEST = 5;

/** @param names what text may refer to */
export function randomValue(
  field: Field,
  chance: Chance,
  names: readonly string[],
  depth = 0,
): unknown {
  const make = (inner: Field) => randomValue(inner, chance, names, depth + 1);
  switch (field.kind) {
    case "duration":
      return Math.max(field.minMs ?? 0, chance.int(1, 60));
    case "number":
      return randomNumber(field, chance);
    case "choice":
      return chance.pick(field.choices);
    case "boolean":
      return chance.isTrue(0.5);
    case "text":
      return chance.pick(names);
    case "literal":
      return field.value;
    case "any":
    case "function":
      return "instead";
    case "lazy":
      return make(field.field());
    case "either":
      return make(chance.pick(field.options.filter(({ kind }) => kind !== "function")));
    case "list": {
      const least = field.minItems ?? 0;
      const length = depth > DEEPEST ? least : chance.int(least, least + 2);
      return Array.from({ length }, () => make(field.item));
    }
    case "map": {
      const length = Math.max(1, field.minItems ?? 0);
      return Object.fromEntries(
        Array.from({ length }, (_, i) => [chance.pick(names) + i, make(field.item)]),
      );
    }
    case "object":
      return randomKeys(field.fields, chance, names, depth);
    case "variant": {
      const tag = chance.pick(Object.keys(field.variants));
      const table = { ...field.common, ...field.variants[tag] };
      return { [field.tag]: tag, ...randomKeys(table, chance, names, depth) };
    }
    case "oneOfKeys": {
      const form = chance.pick(Object.keys(field.forms));
      return randomKeys(field.forms[form] as FieldTable, chance, names, depth);
    }
  }
}

function randomNumber({ min = 0, max = 1e9, integer, aboveMin }: NumberField, chance: Chance) {
  const top = Math.min(max, min + 5);
  if (integer) return chance.int(aboveMin ? min + 1 : min, top);
  const value = min + (chance.int(aboveMin ? 1 : 0, 10) / 10) * (top - min);
  return value;
}

function randomKeys(
  table: FieldTable,
  chance: Chance,
  names: readonly string[],
  depth: number,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(table)) {
    if (key === "live" || field.kind === "function") continue;
    if (!field.required && (depth > DEEPEST || chance.isTrue(0.6))) continue;
    result[key] = randomValue(field, chance, names, depth + 1);
  }
  return result;
}
