import { cacheBare } from "../bare/tables.ts";
import { InvalidOptionsError } from "../errors.ts";
import type { Duration, FieldTable, ObjectField, TableOf } from "../options/field.ts";
import { check } from "../options/validate.ts";

export interface CacheOptions {
  ttl: Duration;
  staleWhileRefreshing?: Duration;
  staleIfError?: Duration;
  maxEntries?: number;
}

/** Cache options with every default filled in, in milliseconds. */
export interface ResolvedCache {
  readonly ttlMs: number;
  readonly staleWhileRefreshingMs: number;
  readonly staleIfErrorMs: number;
  readonly maxEntries: number;
}

export const cacheTable = {
  ttl: {
    kind: "duration",
    required: true,
    about: "How long an answer is fresh; 0 only joins calls that are under way at the same time.",
  },
  staleWhileRefreshing: {
    kind: "duration",
    default: 0,
    about:
      "For so long after that, the old answer is given at once while one call fetches a new one.",
  },
  staleIfError: {
    kind: "duration",
    default: 0,
    about: "For so long after `ttl`, the old answer stands in when a new one cannot be had.",
  },
  maxEntries: {
    kind: "number",
    integer: true,
    min: 1,
    max: 10_000_000,
    unit: "answers",
    default: 1000,
    about: "Answers that are kept; the one that was not asked for the longest gives way.",
  },
} satisfies TableOf<CacheOptions> & FieldTable;

const field: ObjectField = { kind: "object", fields: cacheBare, about: "" };

interface Checked {
  ttl: number;
  staleWhileRefreshing: number;
  staleIfError: number;
  maxEntries: number;
}

/**
 * Checks the options and fills in the defaults.
 * @throws InvalidOptionsError that lists everything that is wrong
 */
export function resolveCache(options: CacheOptions): ResolvedCache {
  const checked = check(field, options);
  if (!checked.ok) throw new InvalidOptionsError(checked.problems);
  const { ttl, staleWhileRefreshing, staleIfError, maxEntries } = checked.value as Checked;
  return {
    ttlMs: ttl,
    staleWhileRefreshingMs: staleWhileRefreshing,
    staleIfErrorMs: staleIfError,
    maxEntries,
  };
}
