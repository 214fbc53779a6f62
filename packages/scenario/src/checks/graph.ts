import type { CheckedScenario } from "../checked.ts";
import { allCalls, endpointOf } from "./steps.ts";

/** A call from one endpoint to another. */
export interface Edge {
  readonly to: string;
  /** Where the call stands in the document. */
  readonly path: string;
  readonly maxDepth: number;
  readonly times: number;
}

/** Endpoint -> its calls. Calls of names that do not exist are left out. */
export type Graph = ReadonlyMap<string, readonly Edge[]>;

export const nodeOf = (service: string, endpoint: string): string => `${service}.${endpoint}`;

export const serviceOf = (node: string): string => node.slice(0, node.indexOf("."));

export function callGraph(scenario: CheckedScenario): Graph {
  const graph = new Map<string, Edge[]>();
  for (const [service, { endpoints }] of Object.entries(scenario.services)) {
    for (const endpoint of Object.keys(endpoints)) graph.set(nodeOf(service, endpoint), []);
  }
  for (const { step, path, service, endpoint } of allCalls(scenario)) {
    const called = endpointOf(scenario, step.call, step.endpoint);
    if (called === undefined) continue;
    const { maxDepth = Infinity, times } = step;
    const edge = { to: nodeOf(step.call, called), path, maxDepth, times };
    graph.get(nodeOf(service, endpoint))?.push(edge);
  }
  return graph;
}

/** Only the calls without maxDepth: a cycle of these never ends. */
export function endlessCalls(graph: Graph): Graph {
  const entries = [...graph].map(
    ([node, edges]) => [node, edges.filter((edge) => edge.maxDepth === Infinity)] as const,
  );
  return new Map(entries);
}

/**
 * Depth-first search: every node after all that it calls, unless a cycle forbids; `onCycle` hears of each cycle with
 * the trail that leads to it. Iterative: a chain of thousands of services must not overflow the stack.
 */
export function depthFirst(
  graph: Graph,
  onCycle: (trail: readonly string[], back: Edge) => void,
): readonly string[] {
  const done = new Set<string>();
  for (const root of graph.keys()) {
    const trail = done.has(root) ? [] : [root];
    const onTrail = new Set(trail);
    const next = [0];
    while (trail.length > 0) {
      const last = trail.length - 1;
      const here = trail[last] as string;
      const index = next[last] as number;
      next[last] = index + 1;
      const edge = graph.get(here)?.[index];
      if (edge === undefined) {
        done.add(here);
        onTrail.delete(here);
        trail.pop();
        next.pop();
      } else if (onTrail.has(edge.to)) {
        onCycle(trail, edge);
      } else if (!done.has(edge.to)) {
        trail.push(edge.to);
        onTrail.add(edge.to);
        next.push(0);
      }
    }
  }
  return [...done];
}
