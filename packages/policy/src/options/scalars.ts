import { fits, isObject, LONGEST_MS, LONGEST_TEXT } from "./allowed.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import type {
  ChoiceField,
  DurationField,
  Field,
  LiteralField,
  NumberField,
  TextField,
} from "./field.ts";
import { keyPath, printed } from "./problem.ts";
import { enter, refuse, spellingFix, type Walk } from "./walk.ts";

type Reader<F extends Field> = (walk: Walk, field: F, value: unknown, path: string) => unknown;

const KINDS: Readonly<Record<string, string>> = {
  duration: "a duration",
  number: "a number",
  boolean: "true or false",
  list: "a list",
  function: "a function",
  choice: "text",
  text: "text",
};

/** Reports a value of the wrong JSON type. */
export function refuseType(walk: Walk, field: Field, value: unknown, path: string): undefined {
  const message =
    value === null ? "is empty" : `${printed(value)} is not ${KINDS[field.kind] ?? "an object"}`;
  refuse(walk, field, { path, value, message });
}

function durationFix(field: DurationField, value: unknown): string | undefined {
  if (typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) {
    return `add a unit, such as "${value}ms", or write the number without quotes`;
  }
  const { minMs = 0 } = field;
  if (typeof value === "number" && value < minMs) {
    return `write ${formatDuration(minMs)} or more`;
  }
  return undefined;
}

/** Milliseconds. */
export const readDuration: Reader<DurationField> = (walk, field, value, path) => {
  if (!fits(field, value)) return refuseType(walk, field, value, path);
  const ms = parseDuration(value as number | string);
  const shown = printed(value);
  const no = (message: string) =>
    refuse(walk, field, { path, value, message }, durationFix(field, value));
  if (ms === undefined) {
    const negative = typeof value === "number" ? value < 0 : /^-\d/.test(value as string);
    return no(`${shown} is ${negative ? "negative" : "not a duration"}`);
  }
  if (ms < (field.minMs ?? 0)) return no(`${shown} is too short`);
  if (ms > (field.maxMs ?? LONGEST_MS)) return no(`${shown} is too long`);
  return ms;
};

export const readNumber: Reader<NumberField> = (walk, field, value, path) => {
  if (typeof value !== "number") return refuseType(walk, field, value, path);
  const no = (problem: string) =>
    refuse(walk, field, { path, value, message: `${value} ${problem}` });
  const { min = -Infinity, max = Infinity, aboveMin = false, integer = false } = field;
  if (!Number.isFinite(value)) return no("is not a finite number");
  if (integer && !Number.isSafeInteger(value)) return no("is not a whole number");
  if (value < min || (aboveMin && value === min)) return no("is too small");
  if (value > max) return no("is too large");
  return value;
};

export const readChoice: Reader<ChoiceField> = (walk, field, value, path) => {
  if (typeof value !== "string") return refuseType(walk, field, value, path);
  if (field.choices.includes(value)) return value;
  const message = `${printed(value)} is not one of the choices`;
  return refuse(walk, field, { path, value, message }, spellingFix(value, field.choices));
};

export const readText: Reader<TextField> = (walk, field, value, path) => {
  if (typeof value !== "string") return refuseType(walk, field, value, path);
  const no = (message: string) => refuse(walk, field, { path, value, message });
  if (value.length > (field.maxLength ?? LONGEST_TEXT)) return no("is too long");
  if (field.pattern?.test(value) === false) return no(`${printed(value)} is not allowed here`);
  return value;
};

export const readLiteral: Reader<LiteralField> = (walk, field, value, path) => {
  if (value === field.value) return value;
  const message = `${printed(value)} is not ${JSON.stringify(field.value)}`;
  return refuse(walk, field, { path, value, message });
};

/** A deep copy of a JSON value; what JSON cannot carry is refused. */
export function readAny(
  walk: Walk,
  field: Field,
  value: unknown,
  path: string,
  depth: number,
): unknown {
  if (!enter(walk, value, path, depth)) return undefined;
  const plain = value === null || ["string", "boolean"].includes(typeof value);
  if (plain || (typeof value === "number" && Number.isFinite(value))) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (let index = 0; index < value.length && !walk.stopped; index++) {
      items.push(readAny(walk, field, value[index], `${path}[${index}]`, depth + 1));
    }
    return items;
  }
  if (!isObject(value)) {
    return refuse(walk, field, { path, value, message: `${printed(value)} is not a JSON value` });
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (walk.stopped) break;
    const at = keyPath(path, key);
    if (key === "__proto__") {
      refuse(walk, field, { path: at, value: key, message: "is no key" }, "remove the key");
    } else copy[key] = readAny(walk, field, value[key], at, depth + 1);
  }
  return copy;
}
