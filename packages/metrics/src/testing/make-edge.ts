import { Histogram } from "../histogram.ts";
import type {
  CircuitResult,
  EdgeResult,
  EdgeSeries,
  OutcomeCounts,
  OutcomeName,
} from "../result.ts";
import { endedOf } from "../summary.ts";
import type { EdgePlan, PerBucket } from "./plan.ts";

const OUTCOME_NAMES: readonly OutcomeName[] = [
  "ok",
  "fallback",
  "timedOut",
  "shortCircuited",
  "rejected",
  "failed",
  "cancelled",
];

export interface Axis {
  readonly buckets: number;
  /** Buckets in which the load plays. */
  readonly loadBuckets: number;
}

export function column(value: PerBucket | undefined, axis: Axis): number[] {
  return Array.from({ length: axis.buckets }, (_, i) => {
    if (typeof value === "number") return i < axis.loadBuckets ? value : 0;
    return value?.[i] ?? 0;
  });
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function makeEdge(plan: EdgePlan, kind: EdgeResult["kind"], axis: Axis): EdgeResult {
  const inFlight = plan.inFlight ?? 0;
  const last = axis.loadBuckets - 1;
  const { byOutcome, ended, calls, attempts } = countsPerBucket(plan, axis);
  const outcomes = Object.fromEntries(
    OUTCOME_NAMES.map((name) => [name, total(byOutcome[name])]),
  ) as Record<OutcomeName, number> satisfies OutcomeCounts;
  const { latency, ...percentiles } = latencies(plan, byOutcome, ended, axis);
  const waiting = Array.from({ length: axis.buckets }, (_, i) => (i >= last ? inFlight : 0));
  return {
    name: `${plan.from} -> ${plan.to}`,
    kind,
    from: plan.from,
    to: plan.to,
    endpoint: "main",
    policy: plan.policy ?? "",
    calls: endedOf(outcomes) + inFlight,
    attempts: total(attempts),
    inFlight,
    outcomes,
    degraded: outcomes.fallback + (plan.degradedBelow ?? 0),
    attemptOutcomes: attemptOutcomes(total(attempts), inFlight, outcomes),
    lateAnswers: plan.lateAnswers ?? 0,
    delivery: delivery(plan, total(attempts)),
    series: {
      calls,
      attempts,
      ...byOutcome,
      inFlight: plan.inFlightSeries === undefined ? waiting : column(plan.inFlightSeries, axis),
      ...percentiles,
    },
    latency,
    circuit: plan.circuit === undefined ? undefined : makeCircuit(plan.circuit, axis),
  };
}

function countsPerBucket(plan: EdgePlan, axis: Axis) {
  const byOutcome = Object.fromEntries(
    OUTCOME_NAMES.map((name) => [name, column(plan.outcomes[name], axis)]),
  ) as Record<OutcomeName, number[]>;
  const inFlight = plan.inFlight ?? 0;
  const open = (i: number) => (i === axis.loadBuckets - 1 ? inFlight : 0);
  const ended = byOutcome.ok.map((_, i) => total(OUTCOME_NAMES.map((n) => byOutcome[n][i] ?? 0)));
  const calls = ended.map((count, i) => count + open(i));
  const attempts = calls.map((count, i) => {
    const kept = (byOutcome.shortCircuited[i] ?? 0) + (byOutcome.rejected[i] ?? 0);
    return Math.round((count - kept - open(i)) * (plan.attemptsPerCall ?? 1)) + open(i);
  });
  return { byOutcome, ended, calls, attempts };
}

function attemptOutcomes(attempts: number, inFlight: number, outcomes: OutcomeCounts) {
  const ok = Math.min(outcomes.ok, attempts - inFlight);
  const rest = attempts - inFlight - ok;
  const slow = outcomes.timedOut > 0 || outcomes.failed === 0;
  return { ok, failed: slow ? 0 : rest, timedOut: slow ? rest : 0, cancelled: 0, inFlight };
}

function delivery({ refused = 0, lost = 0 }: EdgePlan, attempts: number) {
  return { arrived: attempts - refused - lost, refused, lost, travelling: 0 };
}

function latencies(
  plan: EdgePlan,
  byOutcome: Record<OutcomeName, number[]>,
  ended: readonly number[],
  axis: Axis,
): Pick<EdgeResult, "latency"> & Pick<EdgeSeries, "p50" | "p95" | "p99"> {
  const answered = new Histogram();
  const all = new Histogram();
  const latencyMs = column(plan.latencyMs ?? 20, { ...axis, loadBuckets: axis.buckets });
  const line = ended.map((count, i) => {
    const ms = latencyMs[i] ?? 0;
    const good = (byOutcome.ok[i] ?? 0) + (byOutcome.fallback[i] ?? 0);
    for (let n = 0; n < count; n++) all.record(ms);
    for (let n = 0; n < good; n++) answered.record(ms);
    return good === 0 ? null : ms;
  });
  const latency = { answered: answered.toData(), all: all.toData() };
  return { latency, p50: line, p95: line, p99: line };
}

function makeCircuit(plan: NonNullable<EdgePlan["circuit"]>, axis: Axis): CircuitResult {
  return {
    breakers: plan.breakers ?? 1,
    opened: plan.opened ?? 0,
    halfOpened: plan.halfOpened ?? 0,
    closed: plan.closed ?? 0,
    openMs: plan.openMs ?? 0,
    attemptsUntilAllOpen: plan.attemptsUntilAllOpen ?? -1,
    series: { open: column(plan.open, axis), halfOpen: column(plan.halfOpen, axis) },
  };
}
