import type { ResolvedScenario } from "@breakwater/scenario";
import { planEdges } from "@breakwater/scenario/plan";
import type { LoadFacts } from "./live-result.ts";
import type { Recording } from "./recording.ts";
import type { EdgeEvent } from "./timeline.ts";

/** When connections to each service were refused, over all edges. */
export function refusedAt(
  scenario: ResolvedScenario,
  recording: Recording,
  loads: readonly LoadFacts[],
): ReadonlyMap<string, readonly number[]> {
  const refused = new Map<string, number[]>();
  for (const { kind, name, from, call } of planEdges(scenario)) {
    const events =
      kind === "load"
        ? (loads.find(({ load }) => load === from)?.events ?? [])
        : (recording.events.get(name) ?? []);
    const times = events.flatMap(({ is, atMs }) => (is === "refused" ? [atMs] : []));
    refused.set(call.service, [...(refused.get(call.service) ?? []), ...times]);
  }
  return refused;
}

/** What happened on the edges of loads, by the edge's name. */
export function eventsOfLoads(
  scenario: ResolvedScenario,
  loads: readonly LoadFacts[],
): (readonly [string, readonly EdgeEvent[]])[] {
  const edges = planEdges(scenario).filter(({ kind }) => kind === "load");
  return edges.map(({ name, from }) => {
    const own = loads.find(({ load }) => load === from);
    return [name, own?.events ?? []];
  });
}
