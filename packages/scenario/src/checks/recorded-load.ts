import { formatDuration, type Problem } from "@breakwater/policy";
import type { CheckedLoad } from "../checked/load.ts";
import type { CheckedScenario } from "../checked.ts";
import { herdAt } from "../resolve/load.ts";
import { traceRows } from "../resolve/trace.ts";
import { unknownName } from "./wording.ts";

type Herd = Extract<CheckedLoad, { kind: "herd" }>;
type Trace = Extract<CheckedLoad, { kind: "trace" }>;

const NO_SHAPE = {
  message: "this load comes at given times, and has no rate that a shape could change",
  allowed: "no shape here",
  fix: "remove shape",
};

function* oneOfTwo(
  path: string,
  first: readonly [string, unknown],
  second: readonly [string, unknown],
): Generator<Problem> {
  if ((first[1] === undefined) !== (second[1] === undefined)) return;
  const both = first[1] !== undefined;
  const names = `${first[0]} or ${second[0]}`;
  const message = both ? `has both ${first[0]} and ${second[0]}` : `has neither ${names}`;
  const fix = both ? "remove one of them" : "add one of them";
  yield { path, value: undefined, message, allowed: names, fix };
}

/** A herd that comes at no time. */
export function* herdProblems(
  scenario: CheckedScenario,
  load: Herd,
  path: string,
): Generator<Problem> {
  const { at, after, shape, start, end = scenario.duration } = load;
  yield* oneOfTwo(path, ["at", at], ["after", after]);
  if (shape !== undefined) yield { path: `${path}.shape`, value: shape.kind, ...NO_SHAPE };
  const fault = scenario.faults.find(({ name }) => name === after);
  if (after !== undefined && fault === undefined) {
    const names = scenario.faults.flatMap(({ name }) => (name === undefined ? [] : [name]));
    yield unknownName("fault with the name", after, `${path}.after`, names);
    return;
  }
  if (after !== undefined && fault?.for === undefined) {
    yield {
      path: `${path}.after`,
      value: after,
      message: "the fault has no end that the herd could wait for",
      allowed: "a fault with for",
      fix: "say how long the fault lasts",
    };
    return;
  }
  const comes = herdAt(scenario, load) ?? start;
  if (comes >= start && comes < end) return;
  yield {
    path: after === undefined ? `${path}.at` : `${path}.after`,
    value: formatDuration(comes),
    message: `the herd comes at ${formatDuration(comes)}, when the load does not play`,
    allowed: `from ${formatDuration(start)} to before ${formatDuration(end)}`,
    fix: "let it come earlier, or let the run last longer",
  };
}

/** A trace that cannot be read. */
export function* traceProblems(load: Trace, path: string): Generator<Problem> {
  const { times, rates, interval, shape } = load;
  yield* oneOfTwo(path, ["times", times], ["rates", rates]);
  if (shape !== undefined) yield { path: `${path}.shape`, value: shape.kind, ...NO_SHAPE };
  if ((rates === undefined) !== (interval === undefined)) {
    yield {
      path: `${path}.interval`,
      value: interval,
      message: "interval is how long each of the rates holds",
      allowed: "rates and interval, or neither",
      fix: rates === undefined ? "remove interval" : "add interval, such as interval: 1min",
    };
  }
  for (const [what, recorded] of [
    ["times", times],
    ["rates", rates],
  ] as const) {
    const rows = recorded === undefined ? undefined : traceRows(recorded, what);
    if (rows === undefined || rows.ok) continue;
    yield {
      path: `${path}.${what}`,
      value: undefined,
      message: rows.message,
      allowed: what === "times" ? "times in order, one per line" : "a rate per line",
      fix: "correct the list or the file",
    };
  }
}

/** About how many requests a trace makes. */
export function traceLength({ times, rates, interval = 0 }: Trace): number {
  const [recorded, what] =
    times === undefined ? [rates, "rates" as const] : [times, "times" as const];
  const rows = recorded === undefined ? undefined : traceRows(recorded, what);
  if (!rows?.ok) return 0;
  if (what === "times") return rows.rows.length;
  return rows.rows.reduce((sum, rate) => sum + (rate * interval) / 1000, 0);
}
