import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedLoad } from "../checked/load.ts";
import type { CheckedScenario } from "../checked.ts";
import { shapeIntegral, shapePoints } from "../resolve/shape.ts";
import { herdProblems, traceLength, traceProblems } from "./recorded-load.ts";

const MOST_ARRIVALS = 100_000_000;
const MOST_RATE = 1_000_000;
const MOST_USERS = 100_000;

function* timeProblems(load: CheckedLoad, duration: number, path: string): Generator<Problem> {
  const { start, end = duration } = load;
  const run = formatDuration(duration);
  if (end > duration) {
    yield {
      path: `${path}.end`,
      value: formatDuration(end),
      message: `the load ends after the run does (${run})`,
      allowed: `at most ${run}`,
      fix: "end the load earlier, or let the run last longer",
    };
  } else if (start >= end) {
    yield {
      path: `${path}.start`,
      value: formatDuration(start),
      message: `the load begins at ${formatDuration(start)} and ends at ${formatDuration(end)}`,
      allowed: `a time before ${formatDuration(end)}`,
      fix: "let it begin before it ends",
    };
  }
}

function* shapeProblems({ shape }: CheckedLoad, path: string): Generator<Problem> {
  const [key, list] =
    shape?.kind === "steps"
      ? ["steps", shape.steps]
      : ["points", shape?.kind === "points" ? shape.points : []];
  let last = -1;
  for (const [index, { at }] of list.entries()) {
    if (at <= last) {
      yield {
        path: `${path}.shape.${key}[${index}].at`,
        value: formatDuration(at),
        message: `begins no later than the one before it (${formatDuration(last)})`,
        allowed: `a time after ${formatDuration(last)}`,
        fix: `put the ${key} in order of time`,
      };
    }
    last = at;
  }
  if (shape?.kind === "points" && shape.every !== undefined && shape.every <= last) {
    yield {
      path: `${path}.shape.every`,
      value: formatDuration(shape.every),
      message: "the points are played again before the last of them",
      allowed: `more than ${formatDuration(last)}`,
      fix: "lengthen every, or leave out points",
    };
  }
}

/** A shape as more straight lines than this is none that anybody means. */
const MOST_POINTS = 100_000;

function* roundProblems(
  { shape }: CheckedLoad,
  duration: number,
  path: string,
): Generator<Problem> {
  const [key, round, each] =
    shape?.kind === "diurnal"
      ? ["period", shape.period, 96]
      : ["every", shape?.kind === "points" ? shape.every : undefined, shapeLength(shape)];
  if (round === undefined || (duration / round) * each <= MOST_POINTS) return;
  yield {
    path: `${path}.shape.${key}`,
    value: formatDuration(round),
    message: `it goes round ${Math.ceil(duration / round)} times in the run`,
    allowed: `at most ${Math.floor(MOST_POINTS / each)} times`,
    fix: `lengthen ${key}, or shorten the run`,
  };
}

const shapeLength = (shape: CheckedLoad["shape"]): number =>
  shape?.kind === "points" ? shape.points.length : 0;

function* peakProblems(load: CheckedLoad, duration: number, path: string): Generator<Problem> {
  if (load.kind === "herd" || load.kind === "trace") return;
  const peak = shapePoints(load.shape, duration).reduce(
    (most, { factor }) => Math.max(most, factor),
    0,
  );
  const [base, most, what] =
    load.kind === "closed"
      ? [load.users, MOST_USERS, "users"]
      : [load.rate, MOST_RATE, "requests per second"];
  if (base * peak <= most) return;
  yield {
    path: `${path}.shape`,
    value: peak,
    message: `the shape's highest factor (${peak}) makes ${base * peak} ${what}`,
    allowed: `at most ${most} ${what}`,
    fix: "lower the factor",
  };
}

function arrivals(load: CheckedLoad, duration: number): number {
  if (load.kind === "closed") return 0;
  if (load.kind === "herd") return load.users;
  if (load.kind === "trace") return traceLength(load);
  const { start, end = duration, rate, shape } = load;
  const points = shapePoints(shape, duration);
  const begun = (rate / 1000) * shapeIntegral(points, start, Math.min(end, duration));
  return load.kind === "sessions" ? begun / (1 - load.stay) : begun;
}

/** Times in the wrong order, and more load than a run can hold. */
export function* loadProblems(scenario: CheckedScenario): Generator<Problem> {
  let total = 0;
  for (const [name, load] of Object.entries(scenario.load)) {
    const path = `load.${name}`;
    yield* timeProblems(load, scenario.duration, path);
    yield* shapeProblems(load, path);
    yield* roundProblems(load, scenario.duration, path);
    yield* peakProblems(load, scenario.duration, path);
    if (load.kind === "herd") yield* herdProblems(scenario, load, path);
    if (load.kind === "trace") yield* traceProblems(load, path);
    total += arrivals(load, scenario.duration);
  }
  if (total > MOST_ARRIVALS) {
    yield {
      path: "load",
      value: Math.round(total),
      message: `about ${Math.round(total / 1e6)} million requests would arrive`,
      allowed: "at most 100 million requests in a run",
      fix: "lower the rate or shorten the duration",
    };
  }
}
