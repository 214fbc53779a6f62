import { formatDuration } from "./duration.ts";
import type { DurationField, Field, NumberField } from "./field.ts";
import { listed } from "./problem.ts";

/** The longest duration unless a field says otherwise: 30 days, in milliseconds. */
export const LONGEST_MS = 30 * 86_400_000;

/** The longest text, in characters, unless a field says otherwise. */
export const LONGEST_TEXT = 200;

/** The most items of a list or a map unless a field says otherwise. */
export const MOST_ITEMS = 1000;

function durationAllowed({ minMs = 0, maxMs = LONGEST_MS }: DurationField): string {
  return `a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}, such as "300ms" or "2s"`;
}

function numberAllowed({ integer, min, max, aboveMin, unit }: NumberField): string {
  const kind = integer ? "a whole number" : "a number";
  const low = min === undefined ? "" : aboveMin ? ` above ${min}` : ` from ${min}`;
  const high = max === undefined ? "" : low === "" || aboveMin ? ` up to ${max}` : ` to ${max}`;
  const open = low !== "" && high === "" && !aboveMin ? " upwards" : "";
  return `${kind}${low}${high}${open}${unit === undefined ? "" : ` (${unit})`}`;
}

function sizeAllowed(what: string, min = 0, max = MOST_ITEMS): string {
  return `${what} of ${min} to ${max} entries`;
}

/** What a field takes, in words, for the `allowed` of a Problem and for documentation. */
export function allowedText(field: Field): string {
  switch (field.kind) {
    case "duration":
      return durationAllowed(field);
    case "number":
      return numberAllowed(field);
    case "choice":
      return listed(field.choices);
    case "boolean":
      return "true or false";
    case "text":
      return `${field.patternAbout ?? "text"}, at most ${field.maxLength ?? LONGEST_TEXT} characters`;
    case "object":
      return `an object with the keys ${Object.keys(field.fields).join(", ")}`;
    case "variant":
      return `an object with ${field.tag}: ${listed(Object.keys(field.variants))}`;
    case "oneOfKeys":
      return `an object with exactly one of the keys ${Object.keys(field.forms).join(", ")}`;
    case "list":
      return sizeAllowed("a list", field.minItems, field.maxItems);
    case "map":
      return sizeAllowed("an object of names", field.minItems, field.maxItems);
    case "either":
      return field.options.map(allowedText).join("; or ");
    case "literal":
      return JSON.stringify(field.value);
    case "any":
      return "any JSON value";
    case "function":
      return "a function (in code only)";
    case "lazy":
      return allowedText(field.field());
  }
}

/** Whether a value has the JSON type of a field, whatever its content: how one way of writing is told from another. */
export function fits(field: Field, value: unknown): boolean {
  switch (field.kind) {
    case "duration":
      return typeof value === "number" || typeof value === "string";
    case "choice":
    case "text":
      return typeof value === "string";
    case "number":
    case "boolean":
    case "function":
      return typeof value === field.kind;
    case "list":
      return Array.isArray(value);
    case "literal":
      return value === field.value;
    case "any":
      return value !== undefined && typeof value !== "function";
    case "either":
      return field.options.some((option) => fits(option, value));
    case "lazy":
      return fits(field.field(), value);
    default:
      return isObject(value);
  }
}

/** An object of keys and values: no list, no Map, no Date. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === "[object Object]";
}
