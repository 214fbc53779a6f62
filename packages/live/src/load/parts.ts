import { type PolicyOptions, resolvePolicy } from "@breakwater/policy";
import type { ResolvedScenario } from "@breakwater/scenario";
import { keepsCount, type PlannedEdge } from "@breakwater/scenario/plan";

/** How many policies guard an edge in one process that calls over it: one, or one for each worker. */
export function partsOf({ semantics, services }: ResolvedScenario, edge: PlannedEdge): number {
  if (edge.kind === "load" || semantics.breakerScope !== "worker") return 1;
  const workers = services.find(({ name }) => name === edge.from)?.workers ?? Infinity;
  if (workers === Infinity) return 1;
  return keepsCount(resolvePolicy((edge.call.policy ?? {}) as PolicyOptions)) ? workers : 1;
}
