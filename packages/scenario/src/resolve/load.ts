import type { CheckedLoad, CheckedRecorded } from "../checked/load.ts";
import type { CheckedScenario } from "../checked.ts";
import type { ResolvedLoad } from "../resolved/load.ts";
import { resolveCall } from "./call.ts";
import { resolveDistribution } from "./distribution.ts";
import { ratePoints, shapePoints } from "./shape.ts";
import { traceRows } from "./trace.ts";

export function resolveLoad(
  scenario: CheckedScenario,
  name: string,
  load: CheckedLoad,
): ResolvedLoad {
  const { patience, comeBack } = load;
  return {
    name,
    call: resolveCall(scenario, load.to, load),
    startMs: load.start,
    endMs: load.end ?? scenario.duration,
    shape: shapeOf(load, scenario.duration),
    priority: load.priority,
    patience: patience === undefined ? undefined : resolveDistribution(patience),
    comeBack:
      comeBack === undefined
        ? undefined
        : { ...comeBack, after: resolveDistribution(comeBack.after) },
    source: sourceOf(scenario, load),
  };
}

function shapeOf(load: CheckedLoad, durationMs: number): ResolvedLoad["shape"] {
  if (load.kind !== "trace" || load.rates === undefined) return shapePoints(load.shape, durationMs);
  return ratePoints(rowsOf(load.rates, "rates"), load.interval ?? 0, load.start);
}

function rowsOf(recorded: CheckedRecorded, what: "times" | "rates"): readonly number[] {
  const rows = traceRows(recorded, what);
  return rows.ok ? rows.rows : [];
}

function sourceOf(scenario: CheckedScenario, load: CheckedLoad): ResolvedLoad["source"] {
  switch (load.kind) {
    case "closed":
      return { kind: "closed", users: load.users, think: resolveDistribution(load.think ?? 0) };
    case "open":
      return { kind: "open", rate: load.rate, arrivals: load.arrivals, session: undefined };
    case "sessions": {
      const session = { stay: load.stay, think: resolveDistribution(load.think ?? 0) };
      return { kind: "open", rate: load.rate, arrivals: load.arrivals, session };
    }
    case "herd":
      return { kind: "times", atMs: new Array(load.users).fill(herdAt(scenario, load)) };
    case "trace": {
      const { times, arrivals, start, end = scenario.duration } = load;
      // The recorded rates are the shape, per second.
      if (times === undefined) return { kind: "open", rate: 1, arrivals, session: undefined };
      const atMs = rowsOf(times, "times").map((at) => start + at);
      return { kind: "times", atMs: atMs.filter((at) => at < end) };
    }
  }
}

/** When a herd comes; undefined when it waits for a fault that has no name or no end. */
export function herdAt(
  { faults }: CheckedScenario,
  { at, after }: { at?: number; after?: string },
): number | undefined {
  if (after === undefined) return at;
  const fault = faults.find(({ name }) => name === after);
  return fault?.for === undefined ? undefined : fault.at + fault.for;
}
