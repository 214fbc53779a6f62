import { parseDuration } from "./duration.ts";
import type { Duration } from "./field.ts";

/** Options with their defaults, durations as milliseconds. The words of a choice stay what they are. */
type Filled<T, D> = {
  [K in keyof T as K extends keyof D ? K : never]-?: Plain<NonNullable<T[K]>>;
} & { [K in keyof T as K extends keyof D ? never : K]: Plain<T[K]> };

type Plain<V> = string extends V ? Exclude<V, string> | number : V;

/**
 * Fills in the defaults and turns durations into milliseconds, and checks nothing: for options that were checked
 * before. What was filled already stays as it is. No word that an option can be looks like a duration.
 */
export function filled<T extends object, const D extends { readonly [K in keyof T]?: unknown }>(
  options: T | undefined,
  defaults: D,
): Filled<T, D> {
  const result: Record<string, unknown> = {};
  const given: Readonly<Record<string, unknown>> = { ...options };
  for (const [key, value] of Object.entries<unknown>({ ...defaults, ...options })) {
    result[key] = plain(given[key] === undefined ? defaults[key as keyof D] : value);
  }
  return result as Filled<T, D>;
}

function plain(value: unknown): unknown {
  return typeof value === "string" ? (parseDuration(value) ?? value) : value;
}

/** Milliseconds of a duration that was checked before; Infinity without one. */
export function msOf(duration: Duration | undefined): number {
  return duration === undefined ? Number.POSITIVE_INFINITY : (plain(duration) as number);
}
