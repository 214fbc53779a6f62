import type { Field } from "./options/field.ts";

/** Fields of exported states: everything in them is required, for nothing else could be restored. */
export function stateLiteral(value: string | number, about: string): Field {
  return { kind: "literal", value, required: true, about };
}

export function stateNumber(about: string, min: number, max: number, integer = true): Field {
  return { kind: "number", integer, min, max, required: true, about };
}
