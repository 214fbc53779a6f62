/** What holds for the result of every scenario. */
import { conserved, type EdgeResult, type RunResult } from "@breakwater/metrics";
import { OUTCOMES } from "@breakwater/policy";
import type { ResolvedScenario, Scenario } from "@breakwater/scenario";
import { expect } from "vitest";

/** Where a result may say null, and the one number that may be below 0. */
const MAY_BE_NULL = new Set(
  "p50 p95 p99 p50Ms p95Ms p99Ms workers endMs recoveryMs actual".split(" "),
);
const MAY_BE_NEGATIVE = new Set(["attemptsUntilAllOpen"]);

function expectPlainNumbers(value: unknown, key: string): void {
  if (value === null) {
    if (!MAY_BE_NULL.has(key)) throw new Error(`${key} is null`);
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error(`${key} is ${value}`);
    if (value < 0 && !MAY_BE_NEGATIVE.has(key)) throw new Error(`${key} is ${value}`);
  } else if (Array.isArray(value)) {
    for (const each of value) expectPlainNumbers(each, key);
  } else if (typeof value === "object") {
    for (const [name, each] of Object.entries(value)) expectPlainNumbers(each, name);
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function columns(edge: EdgeResult) {
  const { p50, p95, p99, ...counts } = edge.series;
  return Object.values(counts);
}

function expectEdgeAddsUp(edge: EdgeResult, { timeMs, endedAtMs }: RunResult): void {
  const { series, outcomes, latency } = edge;
  for (const column of [...columns(edge), series.p50, series.p95, series.p99]) {
    expect(column.length).toBe(timeMs.length);
  }
  expect(sum(series.calls)).toBe(edge.calls);
  expect(sum(series.attempts)).toBe(edge.attempts);
  for (const outcome of OUTCOMES) expect(sum(series[outcome])).toBe(outcomes[outcome]);
  expect(series.inFlight.at(-1)).toBe(edge.inFlight);
  expect(latency.all.count).toBe(sum(Object.values(outcomes)));
  expect(latency.answered.count).toBe(outcomes.ok + outcomes.fallback);
  expect(sum(latency.all.counts)).toBe(latency.all.count);
  expect(edge.degraded).toBeLessThanOrEqual(latency.answered.count);
  expect(edge.degraded).toBeGreaterThanOrEqual(outcomes.fallback);
  if (edge.circuit === undefined) return;
  const { breakers, openMs } = edge.circuit;
  expect(openMs).toBeLessThanOrEqual(breakers * endedAtMs + 1e-6);
  const { open, halfOpen } = edge.circuit.series;
  const notClosed = open.map((count, bucket) => count + (halfOpen[bucket] as number));
  expect(Math.max(...notClosed)).toBeLessThanOrEqual(breakers);
}

function expectServicesAddUp(scenario: ResolvedScenario, result: RunResult): void {
  const { timeMs, bucketMs, endedAtMs } = result;
  for (const [index, service] of result.services.entries()) {
    const { series, instances } = service;
    const workers = service.workers ?? Infinity;
    for (const column of Object.values(series)) expect(column.length).toBe(timeMs.length);
    expect(sum(series.arrived)).toBe(service.arrived);
    expect(service.wasted).toBeLessThanOrEqual(service.ok + service.failed);
    expect(service.busyMs).toBeLessThanOrEqual(instances * workers * endedAtMs + 1e-6);
    // Means have 6 digits.
    expect(Math.max(...series.busy)).toBeLessThanOrEqual(instances * workers * (1 + 1e-5));
    const areas = series.busy.map((busy, bucket) => {
      const startMs = timeMs[bucket] as number;
      return busy * Math.max(0, Math.min(bucketMs, endedAtMs - startMs));
    });
    expect(Math.abs(sum(areas) - service.busyMs)).toBeLessThanOrEqual(1e-5 * service.busyMs + 1e-6);
    expect(service.wastedMs).toBeLessThanOrEqual(service.busyMs + 1e-6);
    expect(service.lastBusyMs).toBeLessThanOrEqual(endedAtMs);
    const described = scenario.services[index];
    if (described?.workersWait) {
      expect(service.maxQueue).toBeLessThanOrEqual(instances * described.queueCapacity);
    }
  }
}

function expectEndToEndIsTheLoads({ endToEnd, edges }: RunResult): void {
  const loads = edges.filter(({ kind }) => kind === "load");
  const added = columns(endToEnd).map((column, index) =>
    column.map((_, bucket) => sum(loads.map((edge) => columns(edge)[index]?.[bucket] as number))),
  );
  expect(columns(endToEnd)).toEqual(added);
}

/** Whether anything may be under way that no edge and no service counts: an answer that travels or waits. */
function answersMayTravel(scenario: Scenario, endedAtMs: number): boolean {
  const text = JSON.stringify([scenario.services, scenario.load]);
  const freezes = (scenario.faults ?? []).some(
    ({ kind, at = 0, for: lasts = Infinity }) =>
      (kind === "pause" || kind === "partition") && Number(at) + Number(lasts) > endedAtMs,
  );
  return text.includes('"network"') || freezes;
}

function expectDrainedIsTrue(scenario: Scenario, result: RunResult): void {
  const { drained, edges, services, endedAtMs } = result;
  const under = [
    ...edges.flatMap((edge) => [edge.inFlight, edge.attemptOutcomes.inFlight]),
    ...edges.map(({ delivery }) => delivery.travelling),
    ...services.map(({ inFlight }) => inFlight),
  ];
  if (drained) expect(sum(under)).toBe(0);
  else if (!answersMayTravel(scenario, endedAtMs)) expect(sum(under)).toBeGreaterThan(0);
}

function expectTimesInOrder({ events, endedAtMs, durationMs }: RunResult): void {
  expect(endedAtMs).toBeGreaterThanOrEqual(durationMs);
  let lastMs = 0;
  for (const { atMs } of events) {
    expect(atMs).toBeGreaterThanOrEqual(lastMs);
    expect(atMs).toBeLessThanOrEqual(endedAtMs);
    lastMs = atMs;
  }
}

/** Nothing lost or made up, no time below 0, no worker busier than it can be, every number fits the others. */
export function expectSound(scenario: Scenario, ready: ResolvedScenario, result: RunResult): void {
  expect(result.conservation.filter(({ balanced }) => !balanced)).toEqual([]);
  expect(conserved(result.conservation)).toBe(true);
  expectPlainNumbers(result, "result");
  expectTimesInOrder(result);
  for (const edge of [result.endToEnd, ...result.edges]) expectEdgeAddsUp(edge, result);
  expectEndToEndIsTheLoads(result);
  expectServicesAddUp(ready, result);
  expectDrainedIsTrue(scenario, result);
}
