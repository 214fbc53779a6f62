/**
 * The state of a circuit breaker as plain JSON, to be kept over a restart or moved to another process. It holds ages
 * and remaining times, never clock readings. Permits and trials belong to the process that made them: a half-open
 * circuit is exported as an open one whose time is over, so that the next attempt is its first trial. One that recovers
 * has no trials any more and keeps its step.
 */
import type { Field, ObjectField, Problem, VariantField } from "../options/field.ts";
import { check } from "../options/validate.ts";
import { stateLiteral, stateNumber } from "../state-fields.ts";
import type { CircuitBreaker } from "./machine.ts";
import type { ResolvedCircuitBreaker } from "./resolved.ts";
import { exportWindow, restoreWindow, type WindowState } from "./window-state.ts";

export type CircuitBreakerState = { readonly format: "circuit-breaker/1" } & (
  | { readonly state: "closed"; readonly window: WindowState }
  | { readonly state: "open"; readonly openings: number; readonly remainingMs: number }
  | {
      readonly state: "recovering";
      readonly openings: number;
      readonly step: number;
      readonly remainingMs: number;
      readonly window: WindowState;
    }
  | { readonly state: "isolated" }
);

const format = "circuit-breaker/1";

export function exportCircuitBreaker(breaker: CircuitBreaker, nowMs: number): CircuitBreakerState {
  breaker.advance(nowMs);
  const { state, openings, wakeAtMs, recovery } = breaker;
  if (state === "closed") return { format, state, window: exportWindow(breaker.window, nowMs) };
  if (recovery !== undefined) return exportRecovery(breaker, recovery, nowMs);
  if (state === "isolated") return { format, state };
  if (state === "halfOpen") return { format, state: "open", openings, remainingMs: 0 };
  // The longest is a bound because adding to a clock reading and taking it away again may round up.
  const remainingMs = Math.min(wakeAtMs - nowMs, longestOpenMs(breaker.options));
  return { format, state, openings, remainingMs };
}

function exportRecovery(
  breaker: CircuitBreaker,
  { step, endsAtMs }: { step: number; endsAtMs: number },
  nowMs: number,
): CircuitBreakerState {
  const { openings, options } = breaker;
  const remainingMs = Math.min(endsAtMs - nowMs, options.recovery?.stepForMs ?? 0);
  const window = exportWindow(breaker.window, nowMs);
  return { format, state: "recovering", openings, step, remainingMs, window };
}

/**
 * Puts an exported state in force.
 * @returns what is wrong with the state; the breaker is unchanged unless that is nothing
 */
export function restoreCircuitBreaker(
  breaker: CircuitBreaker,
  state: unknown,
  nowMs: number,
): readonly Problem[] {
  const checked = check(stateField(breaker.options), state);
  if (!checked.ok) return checked.problems;
  const given = checked.value as CircuitBreakerState;
  if (given.state === "isolated") breaker.restore("isolated", 0, Number.POSITIVE_INFINITY);
  else if (given.state === "open") {
    breaker.restore("open", given.openings, nowMs + given.remainingMs);
  } else {
    const problems = checkSlices(given.window);
    if (problems.length > 0) return problems;
    if (given.state === "closed") breaker.restore("closed", 0, Number.POSITIVE_INFINITY);
    else {
      const { openings, remainingMs, step } = given;
      breaker.restore("halfOpen", openings, nowMs + remainingMs, step);
    }
    restoreWindow(breaker.window, given.window, nowMs);
  }
  return [];
}

function longestOpenMs({ openForMs, openFactor, openCapMs }: ResolvedCircuitBreaker): number {
  return openFactor === 1 ? Math.min(openForMs, openCapMs) : openCapMs;
}

const MOST = Number.MAX_SAFE_INTEGER;

/** What a state of this very breaker may look like: a larger or different window is not taken. */
function stateField(options: ResolvedCircuitBreaker): VariantField {
  const remainingMs = stateNumber("The rest of the open time.", 0, longestOpenMs(options), false);
  const openings = stateNumber("Openings since the circuit was closed.", 1, MOST);
  const { recovery } = options;
  return {
    kind: "variant",
    tag: "state",
    common: { format: stateLiteral(format, "What wrote the state, and its version.") },
    variants: {
      closed: { window: windowField(options.window) },
      open: { openings, remainingMs },
      ...(recovery && {
        recovering: {
          openings,
          step: stateNumber("The step of the recovery.", 0, recovery.steps.length - 1),
          remainingMs: stateNumber("The rest of the step.", 0, recovery.stepForMs, false),
          window: windowField(options.window),
        },
      }),
      isolated: {},
    },
    about: "The state of a circuit breaker.",
  };
}

function windowField(window: ResolvedCircuitBreaker["window"]): ObjectField {
  const kind = stateLiteral(window.kind, "The kind of this breaker's window.");
  const about = "The attempts that are judged.";
  if (window.kind === "consecutive") {
    const failures = stateNumber("Failures in a row.", 0, window.failures - 1);
    return { kind: "object", required: true, fields: { kind, failures }, about };
  }
  if (window.kind === "count") {
    const results: Field = {
      kind: "text",
      required: true,
      maxLength: window.size,
      pattern: /^[.fsb]*$/,
      patternAbout: 'one of the letters ".", "f", "s", "b" per attempt',
      about: "The results, oldest first.",
    };
    return { kind: "object", required: true, fields: { kind, results }, about };
  }
  return { kind: "object", required: true, fields: { kind, ...timeFields(window) }, about };
}

function timeFields({ sizeMs, buckets }: { sizeMs: number; buckets: number }) {
  const slice = {
    ago: stateNumber("How many slices before the latest.", 0, buckets - 1),
    calls: stateNumber("Attempts judged.", 1, 0xffff_ffff),
    failures: stateNumber("Failed ones.", 0, 0xffff_ffff),
    slow: stateNumber("Slow ones.", 0, 0xffff_ffff),
  };
  return {
    sizeMs: stateLiteral(sizeMs, "The window's size."),
    buckets: stateLiteral(buckets, "The window's slices."),
    phaseMs: stateNumber("How far the window is into its latest turn.", 0, sizeMs, false),
    slices: {
      kind: "list",
      required: true,
      maxItems: buckets,
      item: { kind: "object", fields: slice, about: "A slice of the window." },
      about: "The slices that hold results.",
    },
  } satisfies Record<string, Field>;
}

/** What the fields cannot say one by one. */
function checkSlices(window: WindowState): Problem[] {
  const problems: Problem[] = [];
  if (window.kind !== "time") return problems;
  const seen = new Set<number>();
  for (const [index, { ago, calls, failures, slow }] of window.slices.entries()) {
    const path = `window.slices[${index}]`;
    for (const [key, value] of Object.entries({ failures, slow })) {
      if (value <= calls) continue;
      const message = `${value} is more than the slice's attempts (${calls})`;
      const fix = "take the state as it was exported";
      problems.push({ path: `${path}.${key}`, value, message, allowed: `0 to ${calls}`, fix });
    }
    if (seen.has(ago)) {
      const message = `the slice ${ago} stands there twice`;
      const fix = "take the state as it was exported";
      problems.push({ path: `${path}.ago`, value: ago, message, allowed: "each slice once", fix });
    }
    seen.add(ago);
  }
  return problems;
}
