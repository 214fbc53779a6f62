import {
  attemptsOf,
  attemptsPerCall,
  type EdgeResult,
  formatCount,
  formatFactor,
  formatMs,
  formatShare,
  Histogram,
  type RunResult,
  type Unit,
} from "@breakwater/metrics";

/** One number of the run, simulated and live. */
export interface ModelRow {
  readonly metric: string;
  readonly unit: Unit;
  /** null where there was nothing to measure. */
  readonly simulated: number | null;
  readonly live: number | null;
  /** simulated ÷ live - 1: how far the model is off, seen from what really happened. null where that cannot be told. */
  readonly error: number | null;
}

export interface ModelComparison {
  readonly rows: readonly ModelRow[];
  /** Where the model is wrong by more than the tolerance, in words, the worst first. */
  readonly findings: readonly string[];
  /** What makes the two less comparable. */
  readonly cautions: readonly string[];
  /** No row is off by more than the tolerance, and none is known on one side only. */
  readonly within: boolean;
}

/** Fewer milliseconds than this are the time of real connections and timers, which no model has. */
const FLOOR_MS = 10;
/** Differences of so few calls are chance. */
const FEW = 5;

/**
 * The simulator's prediction against what happened live.
 * @param tolerance the greatest error that is borne: 0.15 is 15 %
 */
export function compareModel(
  simulated: RunResult,
  live: RunResult,
  tolerance: number,
): ModelComparison {
  const rows = METRICS.map(({ metric, unit, of }) => row(metric, unit, of(simulated), of(live)));
  const off = rows.filter((each) => isOff(each, tolerance));
  return {
    rows,
    findings: [
      ...off.map(rowFinding),
      ...edgeFindings(simulated, live, tolerance),
      ...serviceFindings(simulated, live, tolerance),
    ],
    cautions: cautionsOf(simulated, live),
    within: off.length === 0,
  };
}

const METRICS: readonly {
  readonly metric: string;
  readonly unit: Unit;
  readonly of: (result: RunResult) => number | null;
}[] = [
  { metric: "goodput", unit: "per second", of: ({ summary }) => summary.goodput },
  { metric: "served", unit: "calls", of: ({ summary }) => summary.servedInDuration },
  { metric: "p50", unit: "ms", of: ({ summary }) => summary.p50Ms },
  { metric: "p95", unit: "ms", of: ({ summary }) => summary.p95Ms },
  { metric: "p99", unit: "ms", of: ({ summary }) => summary.p99Ms },
  { metric: "attempts", unit: "attempts", of: ({ edges }) => attemptsOf(edges) },
  { metric: "amplification", unit: "factor", of: ({ summary }) => summary.amplification },
  { metric: "circuit openings", unit: "calls", of: openings },
  { metric: "time to recover", unit: "ms", of: ({ summary }) => summary.recoveryMs },
];

function openings({ edges }: RunResult): number {
  return edges.reduce((sum, { circuit }) => sum + (circuit?.opened ?? 0), 0);
}

function row(metric: string, unit: Unit, simulated: number | null, live: number | null): ModelRow {
  const known = simulated !== null && live !== null;
  const error = !known ? null : simulated === live ? 0 : live === 0 ? null : simulated / live - 1;
  return { metric, unit, simulated, live, error };
}

function isOff({ unit, simulated, live, error }: ModelRow, tolerance: number): boolean {
  if (simulated === null || live === null) return simulated !== live;
  const distance = Math.abs(simulated - live);
  if (unit === "ms" && distance <= FLOOR_MS) return false;
  if ((unit === "calls" || unit === "attempts") && distance <= FEW) return false;
  return error === null ? distance > 0 : Math.abs(error) > tolerance;
}

function rowFinding({ metric, unit, simulated, live, error }: ModelRow): string {
  if (simulated === null || live === null) {
    const side = simulated === null ? "live" : "in the simulation";
    return `${metric} could only be measured ${side}: ${inUnit(simulated ?? live, unit)}`;
  }
  const by =
    error === null ? "" : `, ${formatShare(Math.abs(error))} too ${error > 0 ? "high" : "low"}`;
  return `${metric}: the model says ${inUnit(simulated, unit)}, live it was ${inUnit(live, unit)}${by}`;
}

/** Which calls are slower, fail otherwise, or are repeated otherwise than the model says. */
function edgeFindings(simulated: RunResult, live: RunResult, tolerance: number): string[] {
  return simulated.edges.flatMap((model) => {
    const real = live.edges.find(({ name }) => name === model.name);
    if (real === undefined || real.calls < FEW || model.calls < FEW) return [];
    return [
      ...latencyFinding(model, real, tolerance),
      ...failureFinding(model, real, tolerance),
      ...circuitFinding(model, real),
    ];
  });
}

function latencyFinding(model: EdgeResult, real: EdgeResult, tolerance: number): string[] {
  const [expected, seen] = [model, real].map(({ latency }) =>
    Histogram.fromData(latency.answered).percentile(50),
  );
  if (expected == null || seen == null) return [];
  const off = isOff(row("p50", "ms", expected, seen), tolerance);
  if (!off) return [];
  const way = seen > expected ? "slower" : "faster";
  const of = `${formatMs(seen)} in the middle, ${formatMs(expected)} in the model`;
  return [`${model.name} is ${way} live: ${of}`];
}

function failureFinding(model: EdgeResult, real: EdgeResult, tolerance: number): string[] {
  const shares = (edge: EdgeResult) =>
    (["timedOut", "shortCircuited", "rejected", "failed"] as const).map(
      (outcome) => [outcome, edge.outcomes[outcome] / edge.calls] as const,
    );
  const seen = new Map(shares(real));
  const lines = shares(model).flatMap(([outcome, expected]) => {
    const share = seen.get(outcome) ?? 0;
    if (Math.abs(share - expected) <= tolerance) return [];
    const words = { timedOut: "time out", shortCircuited: "are short-circuited" } as const;
    const what = words[outcome as keyof typeof words] ?? `are ${outcome}`;
    return [
      `${model.name}: ${formatShare(share)} of calls ${what} live, ${formatShare(expected)} in the model`,
    ];
  });
  const [modelled, really] = [attemptsPerCall(model), attemptsPerCall(real)];
  if (Math.abs(modelled / really - 1) <= tolerance || lines.length > 0) return lines;
  const factors = `${formatFactor(really)} live, ${formatFactor(modelled)} in the model`;
  return [`${model.name}: attempts per call are ${factors}`];
}

function circuitFinding(model: EdgeResult, real: EdgeResult): string[] {
  if (model.circuit === undefined || real.circuit === undefined) return [];
  const [expected, seen] = [model.circuit.opened, real.circuit.opened];
  if (expected > 0 === seen > 0) return [];
  return seen > 0
    ? [`${model.name}: circuits open live (${formatCount(seen)} times) and never in the model`]
    : [`${model.name}: circuits open in the model (${formatCount(expected)} times) and never live`];
}

function serviceFindings(simulated: RunResult, live: RunResult, tolerance: number): string[] {
  return simulated.services.flatMap((model) => {
    const real = live.services.find(({ name }) => name === model.name);
    const modelDone = model.ok + model.failed;
    const done = (real?.ok ?? 0) + (real?.failed ?? 0);
    // Of requests whose callers have left nobody may know how long they were worked on.
    if (real === undefined || real.dropped > 0 || modelDone < FEW || done < FEW) return [];
    const [expected, seen] = [model.busyMs / modelDone, real.busyMs / done];
    if (!isOff(row("busy", "ms", expected, seen), tolerance)) return [];
    const times = `${formatMs(seen)} live, ${formatMs(expected)} in the model`;
    return [`${model.name} keeps a worker busy per request for ${times}`];
  });
}

function cautionsOf(simulated: RunResult, live: RunResult): string[] {
  const cautions: string[] = [];
  if (simulated.mode !== "simulated" || live.mode !== "live") {
    cautions.push(
      `a ${simulated.mode} run stands for the model and a ${live.mode} one for reality`,
    );
  }
  if (simulated.seed !== live.seed) cautions.push("different seeds: other chances");
  if (simulated.durationMs !== live.durationMs) cautions.push("different durations");
  if (simulated.name !== live.name) cautions.push("different names: perhaps other scenarios");
  return [...cautions, ...(live.live?.notes ?? [])];
}

function inUnit(value: number | null, unit: Unit): string {
  if (value === null) return "none";
  if (unit === "ms") return formatMs(value);
  if (unit === "factor") return formatFactor(value);
  return unit === "per second" ? `${Number(value.toPrecision(3))} per second` : formatCount(value);
}
