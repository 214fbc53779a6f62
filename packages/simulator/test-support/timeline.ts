/** Small scenarios with exact times, and what happened in them as a transcript: one line per millisecond in which anything did. */
import type { EdgeResult, RunResult, ServiceResult } from "@breakwater/metrics";
import type { Fault, Load, PolicyData, Scenario, Semantics, Service } from "@breakwater/scenario";
import { run } from "./run.ts";

export interface Small {
  /** When customers call; the policy is theirs. */
  readonly calls?: readonly number[];
  /** Instead of `calls`: this many, one per millisecond. */
  readonly count?: number;
  readonly policy?: PolicyData;
  readonly services: Record<string, Service>;
  /** The service that customers call: the first one unless set. */
  readonly to?: string;
  readonly faults?: Fault[];
  readonly semantics?: Semantics;
  /** How long to wait after the last call; 10 s unless set. */
  readonly drain?: number;
  readonly duration?: number;
}

/** A service with one endpoint, "go". */
export function service(
  steps: Service["endpoints"][string]["steps"],
  rest: Omit<Service, "endpoints"> = {},
): Service {
  return { ...rest, endpoints: { go: { steps } } };
}

type Customers = Pick<Load, "to" | "policy">;

/** Each call is a load of its own with one customer: "at0", "at10", ... */
function loadsAt(calls: readonly number[], customers: Customers): Scenario["load"] {
  const load: Scenario["load"] = {};
  for (const [index, start] of calls.entries()) {
    const name = `at${start}${calls.indexOf(start) === index ? "" : `-${index}`}`;
    const end = start + 1;
    load[name] = { ...customers, kind: "open", rate: 1, arrivals: "constant", start, end };
  }
  return load;
}

export function play(small: Small): RunResult {
  const { calls = [0], count, policy, services, faults = [], semantics = {} } = small;
  const { to = Object.keys(services)[0] as string, drain = 10_000 } = small;
  const customers = { to, ...(policy === undefined ? {} : { policy }) };
  const load: Scenario["load"] =
    count === undefined
      ? loadsAt(calls, customers)
      : { all: { ...customers, kind: "open", rate: 1000, arrivals: "constant", end: count } };
  const last = small.duration ?? count ?? Math.max(...calls) + 1;
  const duration = Math.max(last, ...faults.map(({ at = 0 }) => Number(at) + 1));
  return run({ duration, drain, bucket: 1, services, load, faults, semantics });
}

const noCounts = new Set(["inFlight", "p50", "p95", "p99", "queue", "busy"]);

/** "0: calls 1, attempts 1", "10: ok 1", ... */
export function timeline({ series }: EdgeResult | ServiceResult): string[] {
  const columns = Object.entries(series).filter(([name]) => !noCounts.has(name));
  const length = columns[0]?.[1].length ?? 0;
  return Array.from({ length }, (_, atMs) => {
    const counts = columns.flatMap(([name, column]) =>
      (column[atMs] ?? 0) > 0 ? [`${name} ${column[atMs]}`] : [],
    );
    return counts.length === 0 ? "" : `${atMs}: ${counts.join(", ")}`;
  }).filter((line) => line !== "");
}

/** What the customers saw: calls, attempts and outcomes. */
export function customers(small: Small): string[] {
  return timeline(play(small).endToEnd);
}

/** When which outcome came: "10 ok", "20 failed x2". */
export function outcomes({ endToEnd }: RunResult): string[] {
  const { calls, attempts, ...ends } = endToEnd.series;
  const lines: string[] = [];
  for (let atMs = 0; atMs < calls.length; atMs++) {
    for (const [name, column] of Object.entries(ends)) {
      const count = column[atMs] ?? 0;
      if (noCounts.has(name) || count === 0) continue;
      lines.push(`${atMs} ${name}${count > 1 ? ` x${count}` : ""}`);
    }
  }
  return lines;
}

/** When customers got which answer. */
export function answers(small: Small): string[] {
  return outcomes(play(small));
}

export function edgeOf({ edges }: RunResult, name: string): EdgeResult {
  const edge = edges.find((each) => each.name === name);
  if (edge === undefined) throw new Error(`${name} is none of ${edges.map((each) => each.name)}`);
  return edge;
}

export function serviceOf({ services }: RunResult, name: string): ServiceResult {
  const found = services.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
