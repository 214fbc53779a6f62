import type { Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";
import { callGraph, depthFirst, endlessCalls, type Graph, nodeOf } from "./graph.ts";
import { endpointOf } from "./steps.ts";

/** Requests that one request may become, retries not counted. */
const MOST_REQUESTS = 10_000;

type Totals = ReadonlyMap<string, number>;

/** Requests per request in the calls that no depth ends: each node after all that it calls. */
function endlessTotals(graph: Graph): Totals {
  const totals = new Map<string, number>();
  const endless = endlessCalls(graph);
  for (const node of depthFirst(endless, () => undefined)) {
    const below = endless.get(node) ?? [];
    totals.set(
      node,
      below.reduce((sum, { to, times }) => sum + times * (totals.get(to) ?? 0), 1),
    );
  }
  return totals;
}

/**
 * How many requests one request to each endpoint becomes, itself included: the totals of requests that have passed
 * through `depth` services follow from those that have passed through one more.
 */
function requestTotals(graph: Graph): Totals {
  const depths = [...graph.values()].flat().map(({ maxDepth }) => maxDepth);
  const deepest = depths.reduce(
    (most, depth) => (depth === Infinity ? most : Math.max(most, depth)),
    0,
  );
  let totals = endlessTotals(graph);
  for (let depth = deepest - 1; depth >= 1; depth--) {
    const deeper = totals;
    const entries = [...graph].map(([node, edges]): [string, number] => {
      const made = edges.filter(({ maxDepth }) => depth < maxDepth);
      return [node, made.reduce((sum, { to, times }) => sum + times * (deeper.get(to) ?? 0), 1)];
    });
    totals = new Map(entries);
  }
  return totals;
}

/** Call graphs that branch again and again, so that one request becomes more than a run can hold. */
export function* fanOutProblems(scenario: CheckedScenario): Generator<Problem> {
  const totals = requestTotals(callGraph(scenario));
  for (const [name, { to, endpoint }] of Object.entries(scenario.load)) {
    const total = totals.get(nodeOf(to, endpointOf(scenario, to, endpoint) ?? "")) ?? 0;
    if (total <= MOST_REQUESTS) continue;
    const many = total < 1e9 ? String(total) : "more than a thousand million";
    yield {
      path: `load.${name}.to`,
      value: to,
      message: `one request becomes ${many} requests on its way through the services`,
      allowed: `at most ${MOST_REQUESTS}`,
      fix: "leave out calls that do not matter, or lower maxDepth",
    };
  }
}
