/**
 * The state of a probation breaker as plain JSON, to be kept over a restart or moved to another process. It holds
 * remaining times, never clock readings. Permits belong to the process that made them: a trial that is under way is
 * not exported, so that the next attempt is a trial.
 */
import type { Problem, VariantField } from "../options/field.ts";
import { check } from "../options/validate.ts";
import { stateLiteral, stateNumber } from "../state-fields.ts";
import type { ProbationBreaker, ProbationCounts, ResolvedProbationBreaker } from "./machine.ts";

export type ProbationBreakerState = { readonly format: "probation-breaker/1" } & (
  | { readonly state: "closed" }
  | ({ readonly state: "halfOpen"; readonly remainingMs: number } & ProbationCounts)
  | { readonly state: "open"; readonly remainingMs: number }
  | { readonly state: "isolated" }
);

const format = "probation-breaker/1";
const NO_COUNTS: ProbationCounts = { calls: 0, failures: 0, failuresInARow: 0 };

export function exportProbationBreaker(
  breaker: ProbationBreaker,
  nowMs: number,
): ProbationBreakerState {
  const { untilMs, counts } = breaker.snapshot(nowMs);
  const { state, options } = breaker;
  if (state === "closed" || state === "isolated") return { format, state };
  // The longest is a bound because adding to a clock reading and taking it away again may round up.
  const longestMs = state === "open" ? options.openForMs : options.halfForMs;
  const remainingMs = Math.min(Math.max(0, untilMs - nowMs), longestMs);
  if (state === "open") return { format, state, remainingMs };
  return { format, state, remainingMs, ...counts };
}

/**
 * Puts an exported state in force.
 * @returns what is wrong with the state; the breaker is unchanged unless that is nothing
 */
export function restoreProbationBreaker(
  breaker: ProbationBreaker,
  state: unknown,
  nowMs: number,
): readonly Problem[] {
  const checked = check(stateField(breaker.options), state);
  if (!checked.ok) return checked.problems;
  const given = checked.value as ProbationBreakerState;
  if (given.state === "closed" || given.state === "isolated") {
    breaker.restore(given.state, 0, NO_COUNTS);
  } else if (given.state === "open") {
    breaker.restore("open", nowMs + given.remainingMs, NO_COUNTS);
  } else {
    const problems = checkCounts(given);
    if (problems.length > 0) return problems;
    breaker.restore("halfOpen", nowMs + given.remainingMs, given);
  }
  return [];
}

function stateField({ halfForMs, openForMs, failures }: ResolvedProbationBreaker): VariantField {
  const most = Number.MAX_SAFE_INTEGER;
  return {
    kind: "variant",
    tag: "state",
    common: {
      format: stateLiteral(format, "What wrote the state, and its version."),
    },
    variants: {
      closed: {},
      halfOpen: {
        remainingMs: stateNumber("The rest of the probation.", 0, halfForMs, false),
        calls: stateNumber("Attempts judged in the probation.", 0, most),
        failures: stateNumber("Failed ones.", 0, most),
        failuresInARow: stateNumber("Failures since the last success.", 0, failures - 1),
      },
      open: { remainingMs: stateNumber("The rest of the open time.", 0, openForMs, false) },
      isolated: {},
    },
    about: "The state of a probation breaker.",
  };
}

/** What the fields cannot say one by one. */
function checkCounts({ calls, failures, failuresInARow }: ProbationCounts): Problem[] {
  const fix = "take the state as it was exported";
  if (failures > calls) {
    const message = `${failures} is more than the attempts of the probation (${calls})`;
    return [{ path: "failures", value: failures, message, allowed: `0 to ${calls}`, fix }];
  }
  if (failuresInARow <= failures) return [];
  const message = `${failuresInARow} is more than all failures of the probation (${failures})`;
  const allowed = `0 to ${failures}`;
  return [{ path: "failuresInARow", value: failuresInARow, message, allowed, fix }];
}
