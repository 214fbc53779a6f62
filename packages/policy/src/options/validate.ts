import { fits, isObject, MOST_ITEMS } from "./allowed.ts";
import type {
  EitherField,
  Field,
  FieldTable,
  ListField,
  MapField,
  OneOfKeysField,
  Problem,
  VariantField,
} from "./field.ts";
import { keyPath, listed, printed } from "./problem.ts";
import {
  readAny,
  readChoice,
  readDuration,
  readLiteral,
  readNumber,
  readText,
  refuseType,
} from "./scalars.ts";
import { enter, newWalk, refuse, refuseKey, report, spellingFix, type Walk } from "./walk.ts";

type Keys = Readonly<Record<string, unknown>>;

/** Where in the walk a value stands. */
interface Place {
  readonly walk: Walk;
  readonly path: string;
  readonly depth: number;
}

function inside(place: Place, key: string | number): Place {
  const { walk, path, depth } = place;
  const below = typeof key === "number" ? `${path}[${key}]` : keyPath(path, key);
  return { walk, path: below, depth: depth + 1 };
}

function readKeys(place: Place, table: FieldTable, value: Keys): Keys {
  const { walk, path } = place;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(table, key)) refuseKey(walk, path, key, value[key], Object.keys(table));
  }
  for (const key of Object.keys(table)) {
    if (walk.stopped) break;
    const field = table[key] as Field;
    const own = Object.hasOwn(value, key) ? value[key] : undefined;
    const given = own === undefined && "default" in field ? field.default : own;
    if (given !== undefined) result[key] = read(inside(place, key), field, given);
    else if (field.required) {
      const fix = `add "${key}": ${field.about}`;
      const missing = { path: keyPath(path, key), value: given, message: "is missing" };
      refuse(walk, field, missing, fix.replace(/\.$/, ""));
    }
  }
  return result;
}

function readVariant(place: Place, field: VariantField, value: Keys): Keys | undefined {
  const { walk, path } = place;
  const { tag, variants, common = {} } = field;
  const names = Object.keys(variants);
  const given = Object.hasOwn(value, tag) ? value[tag] : undefined;
  const name = given === undefined ? field.defaultVariant : given;
  if (typeof name !== "string" || !Object.hasOwn(variants, name)) {
    const at = keyPath(path, tag);
    const message =
      name === undefined ? "is missing" : `${printed(name)} is not one of the choices`;
    const fix = typeof name === "string" ? spellingFix(name, names) : `add "${tag}"`;
    return report(walk, { path: at, value: name, message, allowed: listed(names), fix });
  }
  const tagField: Field = { kind: "choice", choices: names, default: name, about: "" };
  return readKeys(place, { [tag]: tagField, ...common, ...variants[name] }, value);
}

function readForm(place: Place, field: OneOfKeysField, value: Keys): Keys | undefined {
  const { walk, path } = place;
  const names = Object.keys(field.forms);
  const present = names.filter((name) => Object.hasOwn(value, name) && value[name] !== undefined);
  const form = present.length === 1 ? field.forms[present[0] as string] : undefined;
  if (form !== undefined) return readKeys(place, form, value);
  const first = Object.keys(value)[0];
  if (present.length === 0 && first !== undefined) {
    return refuseKey(walk, path, first, value[first], names);
  }
  const message =
    present.length === 0
      ? "has none of the keys that say what it is"
      : `has ${listed(present).replace(" or ", " and ")} at once`;
  return refuse(walk, field, { path, value, message }, "keep exactly one of the allowed keys");
}

function rightSize(place: Place, field: ListField | MapField, value: object): boolean {
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  const few = size < (field.minItems ?? 0);
  if (!few && size <= (field.maxItems ?? MOST_ITEMS)) return true;
  const message = `has ${few ? "too few" : "too many"} entries: ${size}`;
  refuse(place.walk, field, { path: place.path, value, message });
  return false;
}

function readList(place: Place, field: ListField, value: readonly unknown[]): unknown {
  if (!rightSize(place, field, value)) return undefined;
  const items: unknown[] = [];
  for (let index = 0; index < value.length && !place.walk.stopped; index++) {
    items.push(read(inside(place, index), field.item, value[index]));
  }
  return items;
}

function readMap(place: Place, field: MapField, value: Keys): unknown {
  if (!rightSize(place, field, value)) return undefined;
  const { keyPattern = /^.{1,64}$/s, keyAbout = "a name of 1 to 64 characters" } = field;
  const entries: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (place.walk.stopped) break;
    const at = inside(place, key);
    // Names such as "constructor" would be found on every plain object that is later looked into by name.
    if (keyPattern.test(key) && !(key in Object.prototype)) {
      entries[key] = read(at, field.item, value[key]);
    } else {
      const message = `${printed(key)} cannot be used as a name`;
      report(place.walk, { ...at, value: key, message, allowed: keyAbout, fix: "rename it" });
    }
  }
  return entries;
}

function readEither(place: Place, field: EitherField, value: unknown): unknown {
  const { walk, path } = place;
  const option = field.options.find((candidate) => fits(candidate, value));
  if (option !== undefined) return read(place, option, value);
  const words = field.options.flatMap((candidate) =>
    candidate.kind === "literal" ? [String(candidate.value)] : [],
  );
  const spelling = typeof value === "string" && words.length > 0;
  const message = value === null ? "is empty" : `${printed(value)} is not allowed here`;
  const fix = spelling ? spellingFix(value, words) : undefined;
  return refuse(walk, field, { path, value, message }, fix);
}

function readContainer(place: Place, field: Field, value: unknown): unknown {
  const { walk, path } = place;
  if (field.kind === "list") {
    if (!Array.isArray(value)) return refuseType(walk, field, value, path);
    return readList(place, field, value);
  }
  if (!isObject(value)) return refuseType(walk, field, value, path);
  if (field.kind === "map") return readMap(place, field, value);
  if (field.kind === "variant") return readVariant(place, field, value);
  if (field.kind === "oneOfKeys") return readForm(place, field, value);
  return field.kind === "object" ? readKeys(place, field.fields, value) : undefined;
}

function read(place: Place, field: Field, value: unknown): unknown {
  const { walk, path, depth } = place;
  if (field.kind === "any") return readAny(walk, field, value, path, depth);
  if (!enter(walk, value, path, depth)) return undefined;
  switch (field.kind) {
    case "duration":
      return readDuration(walk, field, value, path);
    case "number":
      return readNumber(walk, field, value, path);
    case "choice":
      return readChoice(walk, field, value, path);
    case "text":
      return readText(walk, field, value, path);
    case "literal":
      return readLiteral(walk, field, value, path);
    case "boolean":
    case "function":
      return fits(field, value) ? value : refuseType(walk, field, value, path);
    case "either":
      return readEither(place, field, value);
    case "lazy":
      return read(place, field.field(), value);
    default:
      return readContainer(place, field, value);
  }
}

/** What a check finds: problems, or the value with defaults filled in and durations in milliseconds. */
export type Checked =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Checks a value against its field. When nothing is wrong the result holds a fresh copy with the defaults filled in
 * and every duration as a number of milliseconds, so that nobody parses twice; the order of its keys is the
 * table's. Lists at most 50 problems, in the order of the document; never throws on any JSON-like value.
 */
export function check(field: Field, value: unknown, path = ""): Checked {
  const walk = newWalk();
  const result = read({ walk, path, depth: 0 }, field, value);
  return walk.problems.length === 0
    ? { ok: true, value: result }
    : { ok: false, problems: walk.problems };
}

/** What is wrong with a value; empty when nothing is. */
export function validate(field: Field, value: unknown, path = ""): readonly Problem[] {
  const checked = check(field, value, path);
  return checked.ok ? [] : checked.problems;
}

/** The value with defaults filled in and durations in milliseconds, of options already found valid. */
export function resolve(field: Field, value: unknown): unknown {
  const checked = check(field, value);
  if (!checked.ok) throw new TypeError("resolve was given options that do not pass validate");
  return checked.value;
}
