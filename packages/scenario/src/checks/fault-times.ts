import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedFault } from "../checked/fault.ts";
import type { CheckedScenario } from "../checked.ts";
import { plannedFaults } from "../resolve/fault.ts";
import { MOST_STRIKES } from "../resolve/fault-times.ts";

/** Repetitions that contradict themselves. */
export function* repeatProblems(fault: CheckedFault, path: string): Generator<Problem> {
  const { repeat } = fault;
  if (repeat === undefined) return;
  const { every, gap, length, perInstance } = repeat;
  if ((every === undefined) === (gap === undefined)) {
    const message = every === undefined ? "has neither every nor gap" : "has both every and gap";
    yield {
      path: `${path}.repeat`,
      value: undefined,
      message,
      allowed: "every or gap",
      fix: "keep one",
    };
    return;
  }
  const lasts = fault.for;
  if (lasts === undefined && length === undefined) {
    yield {
      path: `${path}.for`,
      value: undefined,
      message: "a fault that never ends cannot begin again",
      allowed: "for, or repeat.length",
      fix: "say how long it lasts each time",
    };
  }
  if (every !== undefined && lasts !== undefined && lasts > every) {
    yield {
      path: `${path}.repeat.every`,
      value: formatDuration(every),
      message: `begins again before its end (it lasts ${formatDuration(lasts)})`,
      allowed: `${formatDuration(lasts)} or more`,
      fix: "lengthen every, or shorten for",
    };
  }
  if (every !== undefined && (length !== undefined || perInstance)) {
    yield {
      path: `${path}.repeat.${length === undefined ? "perInstance" : "length"}`,
      value: undefined,
      message: "goes with gap: with every, all times are alike",
      allowed: "only every and times",
      fix: "remove it, or write gap instead of every",
    };
  }
}

/** Chaos whose faults have times of their own, and more strikes than a run can hold. */
export function* chaosProblems(scenario: CheckedScenario): Generator<Problem> {
  for (const [index, { of }] of scenario.chaos.entries()) {
    for (const [place, fault] of of.entries()) {
      const path = `chaos[${index}].of[${place}]`;
      const own = {
        at: fault.at === 0 ? undefined : fault.at,
        for: fault.for,
        repeat: fault.repeat,
      };
      for (const [key, value] of Object.entries(own)) {
        if (value === undefined) continue;
        const message = "the times of a fault by chance are drawn from gap and length";
        const fix = `remove ${key}`;
        yield { path: `${path}.${key}`, value: undefined, message, allowed: `no ${key} here`, fix };
      }
    }
  }
  if (plannedFaults(scenario).length <= MOST_STRIKES) return;
  yield {
    path: "faults",
    value: undefined,
    message: `faults strike more than ${MOST_STRIKES} times in all`,
    allowed: `at most ${MOST_STRIKES} times`,
    fix: "lengthen every or gap, or set times",
  };
}
