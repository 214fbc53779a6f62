/** Says what is wrong with a value, naming its place; null when nothing is. */
export type Check = (value: unknown, path: string) => string | null;

export const number: Check = (value, path) =>
  typeof value === "number" && Number.isFinite(value) ? null : `${path} must be a number`;

export const flag: Check = (value, path) =>
  typeof value === "boolean" ? null : `${path} must be true or false`;

/** At least 0. */
export const amount: Check = (value, path) =>
  typeof value === "number" && value >= 0 && Number.isFinite(value)
    ? null
    : `${path} must be a number, 0 or more`;

export const count: Check = (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? null
    : `${path} must be a whole number, 0 or more`;

export function text(maxLength: number): Check {
  return (value, path) => {
    if (typeof value !== "string") return `${path} must be text`;
    return value.length <= maxLength ? null : `${path} is longer than ${maxLength} characters`;
  };
}

export function oneOf(...choices: readonly string[]): Check {
  return (value, path) =>
    choices.includes(value as string) ? null : `${path} must be one of ${choices.join(", ")}`;
}

export function nullable(check: Check): Check {
  return (value, path) => (value === null ? null : check(value, path));
}

/** JSON leaves out what is undefined. */
export function optional(check: Check): Check {
  return (value, path) => (value === undefined ? null : check(value, path));
}

/** With exactly `length` items where it is given, and never more than `max`. */
export function list(check: Check, { max, length }: { max: number; length?: number }): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} must be a list`;
    if (value.length > max) return `${path} has ${value.length} items; at most ${max} are read`;
    if (length !== undefined && value.length !== length) {
      return `${path} has ${value.length} items instead of ${length}, one for each bucket`;
    }
    for (const [i, item] of value.entries()) {
      const problem = check(item, `${path}[${i}]`);
      if (problem !== null) return problem;
    }
    return null;
  };
}

/** Fields not named here are let be: a later version may have more. */
export function object(fields: Readonly<Record<string, Check>>): Check {
  const entries = Object.entries(fields);
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return `${path === "" ? "the result" : path} must be an object`;
    }
    for (const [name, check] of entries) {
      const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
      const problem = check(own, path === "" ? name : `${path}.${name}`);
      if (problem !== null) return problem;
    }
    return null;
  };
}
