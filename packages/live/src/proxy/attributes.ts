import { nearest } from "@breakwater/policy";
import { ProxyError } from "./errors.ts";
import type { AttributeSpec, FaultKind } from "./faults/kind.ts";

export type Attributes = Readonly<Record<string, unknown>>;

const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]{1,200}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a header's value may not have.
const BAD_HEADER_VALUE = /[\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/;

/**
 * The attributes of a fault in full: what is given, else what it was (`before`), else the default.
 * @throws {ProxyError} 400, naming the attribute, its value and what is allowed
 */
export function checkAttributes(kind: FaultKind, given: unknown, before: Attributes): Attributes {
  const record = given ?? {};
  if (typeof record !== "object" || Array.isArray(record)) {
    throw bad(`attributes: ${show(record)} is not an object`);
  }
  const known = Object.keys(kind.attributes);
  for (const name of Object.keys(record)) {
    if (!known.includes(name)) throw bad(unknownAttribute(kind, name, known));
  }
  return Object.fromEntries(
    Object.entries(kind.attributes).map(([name, spec]) => {
      const value = (record as Attributes)[name];
      if (value === undefined || value === null) return [name, before[name] ?? fallback(spec)];
      const problem = problemOf(spec, value);
      if (problem) throw bad(`attributes.${name}: ${show(value)} is not ${problem}`);
      return [name, value];
    }),
  );
}

function unknownAttribute(kind: FaultKind, name: string, known: readonly string[]): string {
  const close = nearest(name, known);
  const hint = close ? `did you mean ${close}?` : `there are ${known.join(", ") || "none"}`;
  return `attributes.${name.slice(0, 100)}: ${kind.type} has no such attribute; ${hint}`;
}

/** Undefined where a kind's text or status is left as it is. */
function fallback(spec: AttributeSpec): unknown {
  if (spec.kind === "text" || spec.kind === "headers") return undefined;
  return spec.default ?? (spec.min === undefined ? 0 : undefined);
}

/** What the value should be; undefined if it is. */
function problemOf(spec: AttributeSpec, value: unknown): string | undefined {
  if (spec.kind === "text") {
    const longest = spec.max ?? 100;
    const fits = typeof value === "string" && value.length <= longest;
    return fits ? undefined : `a text of at most ${longest} characters`;
  }
  if (spec.kind === "headers") return headersProblem(value);
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = spec;
  const number = typeof value === "number" && (spec.kind === "number" || Number.isInteger(value));
  if (number && value >= min && value <= max) return undefined;
  const unit = spec.unit ? ` ${spec.unit}` : "";
  return `a${spec.kind === "integer" ? " whole" : ""} number from ${min} to ${max}${unit}`;
}

function headersProblem(value: unknown): string | undefined {
  const wanted = "an object of at most 50 headers, each a text or null";
  if (typeof value !== "object" || value === null || Array.isArray(value)) return wanted;
  const entries = Object.entries(value);
  const fine = entries.every(
    ([name, text]) =>
      HEADER_NAME.test(name) &&
      (text === null ||
        (typeof text === "string" && text.length <= 8_000 && !BAD_HEADER_VALUE.test(text))),
  );
  return fine && entries.length <= 50 ? undefined : wanted;
}

function bad(text: string): ProxyError {
  return new ProxyError(`bad request body: ${text}`, 400);
}

/** The value as the user wrote it, cut short. */
export function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 100);
}
