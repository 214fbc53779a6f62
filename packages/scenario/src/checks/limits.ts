import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";
import { allSteps } from "./steps.ts";

const LONGEST_RUN_MS = 30 * 86_400_000;
const MOST_ENDPOINTS = 10_000;
const MOST_STEPS = 100_000;
const MOST_BUCKETS = 1_000_000;

/** Deeper than any system people can explain, and shallow enough for the limit on nesting in general. */
const DEEPEST_STEP = 24;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function* sizeProblems(scenario: CheckedScenario): Generator<Problem> {
  const services = Object.values(scenario.services);
  const endpoints = sum(services.map((service) => Object.keys(service.endpoints).length));
  if (endpoints > MOST_ENDPOINTS) {
    yield {
      path: "services",
      value: endpoints,
      message: `there are ${endpoints} endpoints in all`,
      allowed: `at most ${MOST_ENDPOINTS}`,
      fix: "leave out what does not matter for the question",
    };
  }
  let steps = 0;
  for (const { depth, path } of allSteps(scenario)) {
    steps++;
    if (depth > DEEPEST_STEP) {
      yield {
        path,
        value: undefined,
        message: "steps are nested too deeply",
        allowed: `at most ${DEEPEST_STEP} levels of steps`,
        fix: "write the steps flatter",
      };
      return;
    }
  }
  if (steps > MOST_STEPS) {
    yield {
      path: "services",
      value: steps,
      message: `there are ${steps} steps in all`,
      allowed: `at most ${MOST_STEPS}`,
      fix: "leave out what does not matter for the question",
    };
  }
}

/** Totals that a run can hold. */
export function* limitProblems(scenario: CheckedScenario): Generator<Problem> {
  yield* sizeProblems(scenario);
  const { duration, drain, bucket } = scenario;
  const run = duration + drain;
  if (run > LONGEST_RUN_MS) {
    yield {
      path: "duration",
      value: formatDuration(duration),
      message: `the run lasts ${formatDuration(run)}, drain included`,
      allowed: "at most 30d, drain included",
      fix: "shorten the duration or the drain",
    };
  } else if (bucket !== undefined && run / bucket > MOST_BUCKETS) {
    yield {
      path: "bucket",
      value: formatDuration(bucket),
      message: `makes ${Math.ceil(run / bucket)} buckets`,
      allowed: `at most ${MOST_BUCKETS} buckets, drain included`,
      fix: "choose wider buckets, or leave bucket out",
    };
  }
}
