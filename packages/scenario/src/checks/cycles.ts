import type { Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";
import { allCalls, endpointOf } from "./steps.ts";

interface Edge {
  readonly to: string;
  readonly path: string;
}

const node = (service: string, endpoint: string): string => `${service}.${endpoint}`;

/** Calls without maxDepth, from endpoint to endpoint: a cycle of these never ends. */
function endlessEdges(scenario: CheckedScenario): Map<string, Edge[]> {
  const edges = new Map<string, Edge[]>();
  for (const { step, path, service, endpoint } of allCalls(scenario)) {
    const called = endpointOf(scenario, step.call, step.endpoint);
    if (step.maxDepth !== undefined || called === undefined) continue;
    const from = node(service, endpoint);
    const known = edges.get(from) ?? [];
    known.push({ to: node(step.call, called), path });
    edges.set(from, known);
  }
  return edges;
}

function cycleProblem(trail: readonly string[], { to, path }: Edge): Problem {
  const nodes = [...trail.slice(trail.indexOf(to)), to];
  const names = nodes.map((name) => name.slice(0, name.indexOf(".")));
  const middle = names.length > 12 ? [...names.slice(0, 6), "...", ...names.slice(-5)] : names;
  return {
    path: `${path}.call`,
    value: names[names.length - 1],
    message: `the calls go round in a circle: ${middle.join(" -> ")}`,
    allowed: "a call graph without cycles, or maxDepth on a call of each cycle",
    fix: "add maxDepth to this call, such as maxDepth: 4",
  };
}

/**
 * One problem per cycle found by a depth-first search over endpoints. Iterative: a chain of thousands of services
 * must not overflow the stack.
 */
export function* cycleProblems(scenario: CheckedScenario): Generator<Problem> {
  const edges = endlessEdges(scenario);
  const done = new Set<string>();
  for (const root of edges.keys()) {
    if (done.has(root)) continue;
    const trail = [root];
    const onTrail = new Set(trail);
    const next = [0];
    while (trail.length > 0) {
      const last = trail.length - 1;
      const here = trail[last] as string;
      const index = next[last] as number;
      next[last] = index + 1;
      const edge = edges.get(here)?.[index];
      if (edge === undefined) {
        done.add(here);
        onTrail.delete(here);
        trail.pop();
        next.pop();
      } else if (onTrail.has(edge.to)) {
        yield cycleProblem(trail, edge);
      } else if (!done.has(edge.to)) {
        trail.push(edge.to);
        onTrail.add(edge.to);
        next.push(0);
      }
    }
  }
}
