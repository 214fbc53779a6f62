import { formatDuration, parseDuration } from "@breakwater/policy";
import { UserError } from "../errors.ts";

/** A field of a scenario, and the values that it takes one after the other. */
export interface Axis {
  /** "load.customers.rate", "faults[0].add". */
  readonly path: string;
  readonly values: readonly (number | string)[];
}

/** Values of one axis; points of all axes together are limited as well. */
const MOST_VALUES = 1000;
const EXAMPLE =
  "such as load.customers.rate=100..400/50 or policies.careful.timeout=100ms,300ms,1s";

/**
 * Reads "PATH=FROM..TO/STEP" or "PATH=VALUE,VALUE,...". Values are numbers, or durations such as 300ms.
 * @throws UserError that says what is allowed
 */
export function parseAxis(text: string): Axis {
  const equals = text.indexOf("=");
  const path = text.slice(0, Math.max(equals, 0)).trim();
  const range = text.slice(equals + 1).trim();
  if (path === "" || range === "")
    throw axisError(text, `needs a field and its values, ${EXAMPLE}`);
  const values = range.includes("..")
    ? rangeValues(text, range)
    : range.split(",").map((value) => {
        const trimmed = value.trim();
        const number = Number(trimmed);
        return trimmed !== "" && Number.isFinite(number) ? number : trimmed;
      });
  if (values.some((value) => value === "")) throw axisError(text, "has an empty value");
  if (values.length > MOST_VALUES) {
    throw axisError(text, `has ${values.length} values; at most ${MOST_VALUES} are allowed`);
  }
  return { path, values };
}

function rangeValues(text: string, range: string): (number | string)[] {
  const match = /^(.+?)\.\.(.+?)\/(.+)$/.exec(range);
  if (match === null) throw axisError(text, `needs a step: FROM..TO/STEP, ${EXAMPLE}`);
  const ends = match.slice(1).map((part) => part.trim());
  const numbers = ends.map(Number);
  const plain = numbers.every(Number.isFinite);
  const [from, to, step] = plain ? numbers : ends.map((part) => parseDuration(part as never));
  if (from === undefined || to === undefined || step === undefined) {
    throw axisError(text, "needs three numbers, or three durations such as 100ms");
  }
  if (!(step > 0) || to < from) throw axisError(text, "needs a step above 0, and FROM before TO");
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (count > MOST_VALUES) {
    throw axisError(text, `has ${count} values; at most ${MOST_VALUES} are allowed`);
  }
  return Array.from({ length: count }, (_, i) => {
    // Without the digits that binary fractions add: 0.1 + 2 x 0.1 is 0.3.
    const value = Number((from + i * step).toPrecision(12));
    return plain ? value : formatDuration(value);
  });
}

/** The document with one field changed. @throws UserError when there is no such place in it */
export function withField<T extends object>(document: T, path: string, value: number | string): T {
  const copy = structuredClone(document);
  const keys = path.split(/\.|\[(\d+)\]/).filter((key) => key !== undefined && key !== "");
  const last = keys.pop();
  let place: unknown = copy;
  const seen: string[] = [];
  for (const key of keys) {
    const next = Object.hasOwn(place as object, key)
      ? (place as Record<string, unknown>)[key]
      : null;
    if (typeof next !== "object" || next === null) {
      throw axisError(
        path,
        `there is no ${key} in ${seen.join(".") || "the scenario"}; there ${listOf(place)}`,
      );
    }
    seen.push(key);
    place = next;
  }
  if (last === undefined || (Array.isArray(place) && !Object.hasOwn(place, last))) {
    throw axisError(path, `is no field of ${seen.join(".") || "the scenario"}`);
  }
  Object.defineProperty(place, last, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return copy;
}

function listOf(place: unknown): string {
  const names = Object.keys(place as object);
  return names.length === 0 ? "is nothing" : `are ${names.join(", ")}`;
}

function axisError(text: string, problem: string): UserError {
  return new UserError(`--set ${text}: ${problem}`);
}
