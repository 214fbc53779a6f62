import type { Problem } from "@breakwater/policy";
import type { CheckedScenario } from "../checked.ts";
import { balancingProblems } from "./balancing.ts";
import { cycleProblems } from "./cycles.ts";
import { distributionProblems } from "./distributions.ts";
import { fanOutProblems } from "./fan-out.ts";
import { faultProblems } from "./faults.ts";
import { limitProblems } from "./limits.ts";
import { liveProblems } from "./live.ts";
import { loadProblems } from "./load.ts";
import { objectiveProblems } from "./objectives.ts";
import { quorumProblems } from "./quorums.ts";
import { referenceProblems } from "./references.ts";

/** More problems than this are not listed. */
const MOST_PROBLEMS = 50;

const checks = [
  limitProblems,
  balancingProblems,
  referenceProblems,
  quorumProblems,
  cycleProblems,
  fanOutProblems,
  distributionProblems,
  loadProblems,
  faultProblems,
  objectiveProblems,
  liveProblems,
];

/** What the tables cannot see: parts of a scenario that do not fit each other. At most 50 problems. */
export function contradictions(scenario: CheckedScenario): readonly Problem[] {
  const problems: Problem[] = [];
  for (const check of checks) {
    for (const problem of check(scenario)) {
      problems.push(problem);
      if (problems.length >= MOST_PROBLEMS) return problems;
    }
  }
  return problems;
}
