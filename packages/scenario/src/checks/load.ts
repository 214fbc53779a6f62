import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedLoad } from "../checked/load.ts";
import type { CheckedScenario } from "../checked.ts";
import { shapeIntegral, shapePoints } from "../resolve/shape.ts";

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
  if (shape?.kind !== "steps") return;
  let last = -1;
  for (const [index, { at }] of shape.steps.entries()) {
    if (at <= last) {
      yield {
        path: `${path}.shape.steps[${index}].at`,
        value: formatDuration(at),
        message: `begins no later than the step before it (${formatDuration(last)})`,
        allowed: `a time after ${formatDuration(last)}`,
        fix: "put the steps in order of time",
      };
    }
    last = at;
  }
}

function* peakProblems(load: CheckedLoad, path: string): Generator<Problem> {
  const peak = shapePoints(load.shape).reduce((most, { factor }) => Math.max(most, factor), 0);
  const [base, most, what] =
    load.kind === "open"
      ? [load.rate, MOST_RATE, "requests per second"]
      : [load.users, MOST_USERS, "users"];
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
  const { start, end = duration, rate, shape } = load;
  return (rate / 1000) * shapeIntegral(shapePoints(shape), start, Math.min(end, duration));
}

/** Times in the wrong order, and more load than a run can hold. */
export function* loadProblems(scenario: CheckedScenario): Generator<Problem> {
  let total = 0;
  for (const [name, load] of Object.entries(scenario.load)) {
    const path = `load.${name}`;
    yield* timeProblems(load, scenario.duration, path);
    yield* shapeProblems(load, path);
    yield* peakProblems(load, path);
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
