/** Limits on what comes in, beyond the size of the body. */
import { createHash } from "node:crypto";

const DEEPEST = 8;
const MOST_VALUES = 1000;

/** What is too much about a JSON value, or undefined. */
export function tooMuch(value: unknown): string | undefined {
  let values = 0;
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return `is nested deeper than ${DEEPEST} levels`;
    values += level.length;
    if (values > MOST_VALUES) return `has more than ${MOST_VALUES} values`;
    level = level.flatMap((each) =>
      typeof each === "object" && each !== null ? Object.values(each) : [],
    );
  }
  return undefined;
}

/** The same for documents with the same contents, in whatever order their fields come. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("base64url");
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
