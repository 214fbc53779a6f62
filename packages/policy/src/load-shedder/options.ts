import { checkLimit } from "../concurrency-limiter/check.ts";
import { makeLimitAlgorithm } from "../concurrency-limiter/machine.ts";
import { type AdaptiveLimitOptions, adaptiveLimitTable } from "../concurrency-limiter/options.ts";
import { resolveLimit } from "../concurrency-limiter/resolve.ts";
import { InvalidOptionsError } from "../errors.ts";
import type { Duration, FieldTable, ObjectField, TableOf } from "../options/field.ts";
import { check } from "../options/validate.ts";
import type { ResolvedLoadShedder } from "./machine.ts";

export interface LoadShedderOptions {
  /** Requests handled at the same time: a number, or a limit that is found out. */
  limit?: number | AdaptiveLimitOptions;
  /** Requests that may wait. */
  queueSize?: number;
  /** How long a request may wait while there is too much. */
  target?: Duration;
  /** There is too much when the queue has not been empty for so long. */
  interval?: Duration;
  /** Event-loop lag above this lowers the limit in proportion. */
  maxLag?: Duration;
}

const loadShedderTable = {
  limit: {
    kind: "either",
    options: [
      {
        kind: "number",
        integer: true,
        min: 1,
        max: 1_000_000,
        unit: "requests",
        about: "Handles so many requests at the same time.",
      },
      { kind: "object", fields: adaptiveLimitTable, about: "Finds out how many." },
    ],
    default: {},
    about: "Requests handled at the same time: a number, or a limit that is found out.",
  },
  queueSize: {
    kind: "number",
    integer: true,
    min: 0,
    max: 1_000_000,
    unit: "requests",
    default: 1000,
    about: "Requests that may wait.",
  },
  target: {
    kind: "duration",
    minMs: 1,
    default: "5ms",
    about: "How long a request may wait while there is too much.",
  },
  interval: {
    kind: "duration",
    minMs: 1,
    default: "100ms",
    about: "There is too much when the queue has not been empty for so long.",
  },
  maxLag: {
    kind: "duration",
    minMs: 1,
    default: "50ms",
    about: "Event-loop lag above this lowers the limit: at twice as much to half.",
  },
} satisfies TableOf<LoadShedderOptions> & FieldTable;

/** The whole of the options as one field. */
export const loadShedderField = {
  kind: "object",
  fields: loadShedderTable,
  about: "Which requests a server takes when there are too many.",
} satisfies ObjectField;

interface CheckedLoadShedder {
  limit: number | AdaptiveLimitOptions;
  queueSize: number;
  target: number;
  interval: number;
  maxLag: number;
}

/**
 * Checks the options, fills in the defaults and turns every duration into milliseconds.
 * @throws InvalidOptionsError that lists everything that is wrong
 */
export function resolveLoadShedder(options: LoadShedderOptions): ResolvedLoadShedder {
  const checked = check(loadShedderField, options);
  if (!checked.ok) throw new InvalidOptionsError(checked.problems);
  const { limit, queueSize, target, interval, maxLag } = checked.value as CheckedLoadShedder;
  const problems = typeof limit === "number" ? [] : checkLimit(limit, "limit");
  if (target > interval) {
    problems.push({
      path: "target",
      value: options.target,
      message: `the longest wait under load is longer than the interval that tells load (${interval}ms)`,
      allowed: `at most ${interval}ms`,
      fix: "shorten target or lengthen interval",
    });
  }
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return {
    limit: typeof limit === "number" ? limit : resolveLimit(limit),
    makeLimit: makeLimitAlgorithm,
    queueSize,
    targetMs: target,
    intervalMs: interval,
    maxLagMs: maxLag,
  };
}
