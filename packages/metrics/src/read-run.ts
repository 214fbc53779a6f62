import {
  amount,
  type Check,
  count,
  flag,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
} from "./checks.ts";
import { histogramProblem } from "./histogram.ts";
import type { RunEvent, RunResult } from "./result.ts";

const FORMAT = "breakwater-run/1";
/** Far above what a run makes, far below what would exhaust a browser. */
const MAX_BUCKETS = 200_000;
const MAX_PARTS = 2000;
const MAX_EVENTS = 100_000;
const MAX_CHECKS = 20_000;

const label = text(500);
const long = text(10_000);

const EVENT_TYPES = {
  faultStarted: true,
  faultEnded: true,
  loadEnded: true,
  circuitOpened: true,
  circuitHalfOpened: true,
  circuitRamped: true,
  circuitClosed: true,
  queueFull: true,
  instanceCrashed: true,
  instanceRestarted: true,
  instancePaused: true,
  instanceResumed: true,
} satisfies Record<RunEvent["type"], true>;

const histogram: Check = (value, path) => {
  const problem = histogramProblem(value);
  return problem === null ? null : `${path}: ${problem}`;
};

const all = (check: Check, ...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, check]));

const outcomes = [
  "ok",
  "fallback",
  "timedOut",
  "shortCircuited",
  "rejected",
  "failed",
  "cancelled",
];

function edgeCheck(column: Check, gaps: Check): Check {
  return object({
    ...all(label, "name", "from", "to", "endpoint"),
    policy: long,
    kind: oneOf("load", "call", "all"),
    ...all(count, "calls", "attempts", "inFlight", "degraded", "lateAnswers"),
    outcomes: object(all(count, ...outcomes)),
    attemptOutcomes: object(all(count, "ok", "failed", "timedOut", "cancelled", "inFlight")),
    delivery: object(all(count, "arrived", "refused", "lost", "travelling")),
    series: object({
      ...all(column, "calls", "attempts", "inFlight", ...outcomes),
      ...all(gaps, "p50", "p95", "p99"),
    }),
    latency: object(all(histogram, "answered", "all")),
    circuit: optional(
      object({
        ...all(count, "breakers", "opened", "halfOpened", "closed"),
        openMs: amount,
        attemptsUntilAllOpen: number,
        series: object(all(column, "open", "halfOpen")),
      }),
    ),
  });
}

function serviceCheck(column: Check): Check {
  return object({
    name: label,
    workers: nullable(count),
    ...all(count, "instances", "arrived", "ok", "failed", "rejected", "lost", "dropped"),
    ...all(count, "inFlight", "wasted", "maxQueue"),
    ...all(amount, "busyMs", "wastedMs", "lastBusyMs"),
    series: object(all(column, "arrived", "ok", "failed", "rejected", "wasted", "queue", "busy")),
  });
}

const head = object({
  mode: oneOf("simulated", "live"),
  ...all(label, "engine", "name"),
  about: long,
  seed: count,
  ...all(amount, "durationMs", "endedAtMs"),
  drained: flag,
  bucketMs: amount,
  timeMs: list(amount, { max: MAX_BUCKETS }),
});

const tail = object({
  faults: list(
    object({
      ...all(label, "name", "kind", "target"),
      startMs: amount,
      endMs: nullable(amount),
      struck: count,
    }),
    { max: MAX_PARTS },
  ),
  events: list(
    object({
      atMs: amount,
      type: oneOf(...Object.keys(EVENT_TYPES)),
      ...all(label, "subject", "part"),
      reason: long,
    }),
    { max: MAX_EVENTS },
  ),
  eventsDropped: count,
  summary: object({
    ...all(count, "offered", "servedInDuration", "served"),
    ...all(amount, "successRate", "okRate", "degradedRate", "goodput", "amplification"),
    ...all(amount, "wastedWork", "tailMs"),
    ...all(nullable(amount), "p50Ms", "p95Ms", "p99Ms", "recoveryMs"),
    tailService: label,
  }),
  objectives: list(
    object({
      ...all(label, "text", "metric"),
      bound: oneOf("atLeast", "atMost"),
      value: number,
      actual: nullable(number),
      met: flag,
    }),
    { max: MAX_PARTS },
  ),
  verdict: oneOf("met", "missed", "none"),
  live: optional(
    object({
      ...all(amount, "latenessP99Ms", "latenessMaxMs"),
      notSent: count,
      notes: list(long, { max: MAX_PARTS }),
    }),
  ),
  conservation: list(
    object({ where: text(2000), ...all(number, "offered", "ended", "inFlight"), balanced: flag }),
    { max: MAX_CHECKS },
  ),
});

export type ReadRun =
  | { readonly ok: true; readonly result: RunResult }
  | { readonly ok: false; readonly problem: string };

/**
 * Takes a value that came from outside, such as a parsed JSON file, for the result of a run, once everything that
 * reports read has been checked to be there, of the right kind and of a bearable size.
 */
export function readRun(value: unknown): ReadRun {
  const problem = problemOf(value);
  return problem === null ? { ok: true, result: value as RunResult } : { ok: false, problem };
}

function problemOf(value: unknown): string | null {
  const format = (value as { format?: unknown } | null | undefined)?.format;
  if (format !== FORMAT) {
    const found =
      typeof format === "string" ? `its format is "${format.slice(0, 60)}"` : "it has no format";
    return `not the result of a run: ${found} where "${FORMAT}" is needed`;
  }
  const problem = head(value, "");
  if (problem !== null) return problem;
  const { timeMs, bucketMs } = value as RunResult;
  if (bucketMs === 0) return "bucketMs must be above 0";
  const size = { max: MAX_BUCKETS, length: timeMs.length };
  const column = list(amount, size);
  const edge = edgeCheck(column, list(nullable(amount), size));
  const body = object({
    endToEnd: edge,
    edges: list(edge, { max: MAX_PARTS }),
    services: list(serviceCheck(column), { max: MAX_PARTS }),
  });
  return body(value, "") ?? tail(value, "");
}
