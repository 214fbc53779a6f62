import type { Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";
import { callGraph, depthFirst, type Edge, endlessCalls, serviceOf } from "./graph.ts";

function cycleProblem(trail: readonly string[], { to, path }: Edge): Problem {
  const names = [...trail.slice(trail.indexOf(to)), to].map(serviceOf);
  const middle = names.length > 12 ? [...names.slice(0, 6), "...", ...names.slice(-5)] : names;
  return {
    path: `${path}.call`,
    value: serviceOf(to),
    message: `the calls go round in a circle: ${middle.join(" -> ")}`,
    allowed: "a call graph without cycles, or maxDepth on a call of each cycle",
    fix: "add maxDepth to this call, such as maxDepth: 4",
  };
}

/** One problem per cycle of calls that no maxDepth ends. */
export function cycleProblems(scenario: CheckedScenario): readonly Problem[] {
  const problems: Problem[] = [];
  depthFirst(endlessCalls(callGraph(scenario)), (trail, back) => {
    problems.push(cycleProblem(trail, back));
  });
  return problems;
}
