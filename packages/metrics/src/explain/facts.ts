import { attemptsPerCall } from "../amplification.ts";
import type { EdgeResult, RunResult, ServiceResult } from "../result.ts";

/** A time in which every worker of a service was busy. */
export interface Saturation {
  readonly service: ServiceResult;
  readonly workers: number;
  readonly fromMs: number;
  /** Width of all the buckets in which it was so, added up, while the load played. */
  readonly forMs: number;
  /** The calls that the workers were waiting for; null when they worked themselves. */
  readonly waitsOn: EdgeResult | null;
  /** Which buckets. */
  readonly buckets: readonly number[];
}

/** Busy is a mean over a bucket, so "all" leaves room for the moments between two requests. */
const ALL = 0.98;
/** A shorter time than this share of the load is a burst, not worth a word. */
const LASTING = 0.03;
/** Workers wait on a call when at least this share of them has it in flight. */
const WAITING = 0.5;
/** More attempts per call than this are worth a word. */
export const MULTIPLIED = 1.2;

/** In the order of services; only those that lasted. */
export function saturationsOf(result: RunResult): Saturation[] {
  return result.services.flatMap((service) => {
    const found = saturationOf(result, service);
    return found === null ? [] : [found];
  });
}

function saturationOf(result: RunResult, service: ServiceResult): Saturation | null {
  if (service.workers === null) return null;
  const workers = service.workers * service.instances;
  const buckets = service.series.busy.flatMap((busy, i) => {
    const during = (result.timeMs[i] ?? 0) < result.durationMs;
    return during && workers > 0 && busy >= workers * ALL ? [i] : [];
  });
  const forMs = Math.min(buckets.length * result.bucketMs, result.durationMs);
  if (buckets.length === 0 || forMs < result.durationMs * LASTING) return null;
  const fromMs = result.timeMs[buckets[0] ?? 0] ?? 0;
  const waitsOn = waitedFor(result, service, workers, buckets);
  return { service, workers, fromMs, forMs, waitsOn, buckets };
}

function waitedFor(
  { edges }: RunResult,
  { name }: ServiceResult,
  workers: number,
  buckets: readonly number[],
): EdgeResult | null {
  let most: EdgeResult | null = null;
  let mostInFlight = workers * WAITING;
  for (const edge of edges) {
    if (edge.kind !== "call" || edge.from !== name) continue;
    const inFlight = meanAt(edge.series.inFlight, buckets);
    if (inFlight >= mostInFlight) {
      most = edge;
      mostInFlight = inFlight;
    }
  }
  return most;
}

function meanAt(values: readonly number[], indices: readonly number[]): number {
  return indices.reduce((sum, i) => sum + (values[i] ?? 0), 0) / indices.length;
}

/** How long answered calls took in these buckets; of all calls in the run where none was answered in them. */
export function latencyWithin(
  edge: EdgeResult,
  buckets: readonly number[],
): { readonly medianMs: number; readonly maxMs: number } | null {
  const present = (column: readonly (number | null)[]) =>
    buckets.flatMap((i) => column[i] ?? []).sort((a, b) => a - b);
  const medians = present(edge.series.p50);
  const medianMs = medians[Math.floor((medians.length - 1) / 2)];
  const maxMs = present(edge.series.p99).at(-1);
  return medianMs === undefined || maxMs === undefined ? null : { medianMs, maxMs };
}

/** Edges on which calls became clearly more attempts; the worst first. */
export function multiplied(edges: readonly EdgeResult[]): EdgeResult[] {
  return edges
    .filter((edge) => attemptsPerCall(edge) >= MULTIPLIED)
    .toSorted((a, b) => attemptsPerCall(b) - attemptsPerCall(a));
}

/** Start of the first bucket whose value passes; null when none does. */
export function firstTime(
  { timeMs }: RunResult,
  column: readonly number[],
  passes: (value: number, bucket: number) => boolean = (value) => value > 0,
): number | null {
  const bucket = column.findIndex(passes);
  return bucket < 0 ? null : (timeMs[bucket] ?? null);
}

/** When all breakers of the edge were first away from closed; null when that never was, or its events were dropped. */
export function allOpenMs(result: RunResult, edge: EdgeResult): number | null {
  if (edge.circuit === undefined || edge.circuit.attemptsUntilAllOpen < 0) return null;
  const away = new Set<string>();
  for (const { type, subject, part, atMs } of result.events) {
    if (subject !== edge.name) continue;
    if (type === "circuitOpened") away.add(part);
    if (type === "circuitClosed") away.delete(part);
    if (away.size >= edge.circuit.breakers) return atMs;
  }
  return firstTime(
    result,
    edge.circuit.series.open,
    (open) => open >= (edge.circuit?.breakers ?? 0),
  );
}

/** Calls that a breaker kept from being sent, as far as the counts tell. */
export function keptBack({ calls, attempts, outcomes }: EdgeResult): number {
  return Math.max(outcomes.shortCircuited, calls - attempts, 0);
}
