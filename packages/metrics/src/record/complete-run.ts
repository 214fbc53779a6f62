import { checkConservation } from "../conservation.ts";
import { judge, type ObjectiveInput, verdictOf } from "../objectives.ts";
import type { RunResult } from "../result.ts";
import { type RunParts, summarise } from "../summary.ts";

/** What was recorded, with everything that follows from it: the summary, the verdict and the checks of the books. */
export function completeRun(parts: RunParts, objectives: readonly ObjectiveInput[]): RunResult {
  const summary = summarise(parts);
  const judged = judge(objectives, { endToEnd: parts.endToEnd, summary });
  const conservation = checkConservation(parts.endToEnd, parts.edges, parts.services);
  return { ...parts, summary, objectives: judged, verdict: verdictOf(judged), conservation };
}
