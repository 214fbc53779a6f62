import type { Problem } from "./field.ts";

/** Printed values are never longer than this. */
const LONGEST = 60;

/** Characters that would break the line, or reorder it, on a terminal. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

const cut = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;

/** A value as one short printable line, whatever it is. */
export function printed(value: unknown): string {
  if (typeof value === "string") {
    // Cut before quoting: a text of many megabytes is not copied.
    const text = JSON.stringify(value.slice(0, LONGEST)).replace(UNPRINTABLE, "?");
    return value.length <= LONGEST - 2 && text.length <= LONGEST
      ? text
      : `${text.slice(0, LONGEST - 4)}..."`;
  }
  if (Array.isArray(value)) {
    return value.length === 1 ? "a list of 1 item" : `a list of ${value.length} items`;
  }
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return cut(String(value));
  const keys = Object.keys(value);
  if (keys.length === 0) return "an empty object";
  const shown = keys.slice(0, 4).map((key) => key.slice(0, LONGEST).replace(UNPRINTABLE, "?"));
  return cut(`an object with ${shown.join(", ")}${keys.length > 4 ? ", ..." : ""}`);
}

/** The value that a Problem carries: small values as they are, all others as text. */
export function carried(value: unknown): unknown {
  if (typeof value === "string") return value.length <= LONGEST ? value : cut(value);
  const plain = value === null || ["number", "boolean", "undefined"].includes(typeof value);
  return plain ? value : printed(value);
}

/** `path.key`, or `path["odd key"]`. */
export function keyPath(path: string, key: string): string {
  if (!/^[\p{L}\p{N}_$-]{1,64}$/u.test(key)) return `${path}[${printed(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** `"a", "b" or "c"`. */
export function listed(words: readonly string[], quote = true): string {
  const shown = words.map((word) => (quote ? JSON.stringify(word) : word));
  if (shown.length <= 1) return shown.join("");
  return `${shown.slice(0, -1).join(", ")} or ${shown[shown.length - 1]}`;
}

/** What `carried` makes of a value that is no plain one: a description, printed without quotes. */
const DESCRIPTION = /^(a list of \d|an empty object$|an object with |a function$)/;

/** One line: `path: what is wrong (value). Allowed: ... Fix: ...` */
export function problemText(problem: Problem): string {
  const { path, value, message, allowed, fix } = problem;
  const described = typeof value === "string" && DESCRIPTION.test(value);
  const shown = described ? value : printed(value);
  const needless = value === undefined || value === null || message.includes(shown);
  const tail = needless ? "" : ` (${shown})`;
  return `${path || "document"}: ${message}${tail}. Allowed: ${allowed}. Fix: ${fix}.`;
}
