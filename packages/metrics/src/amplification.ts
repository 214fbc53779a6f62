import type { EdgeResult } from "./result.ts";

/**
 * Attempts ÷ calls, multiplied along the path from a load to a leaf where the product is highest: what one customer's
 * call may become at the far end when every layer retries. Edges without calls count as 1. Where calls go round in a
 * circle, the edge that closes it is left out.
 */
export function amplificationOf(edges: readonly EdgeResult[]): number {
  const outgoing = new Map<string, EdgeResult[]>();
  for (const edge of edges) {
    if (edge.kind !== "call") continue;
    const list = outgoing.get(edge.from);
    if (list === undefined) outgoing.set(edge.from, [edge]);
    else list.push(edge);
  }
  const known = new Map<string, number>();
  const onPath = new Set<string>();

  function worstFrom(service: string): number {
    const before = known.get(service);
    if (before !== undefined) return before;
    onPath.add(service);
    let worst: number | undefined;
    for (const edge of outgoing.get(service) ?? []) {
      if (onPath.has(edge.to)) continue;
      const product = attemptsPerCall(edge) * worstFrom(edge.to);
      if (worst === undefined || product > worst) worst = product;
    }
    onPath.delete(service);
    known.set(service, worst ?? 1);
    return worst ?? 1;
  }

  const loads = edges.filter((edge) => edge.kind === "load");
  if (loads.length === 0) return 1;
  return Math.max(...loads.map((load) => attemptsPerCall(load) * worstFrom(load.to)));
}

/** 1 when there were no calls. */
export function attemptsPerCall(edge: Pick<EdgeResult, "calls" | "attempts">): number {
  return edge.calls === 0 ? 1 : edge.attempts / edge.calls;
}
