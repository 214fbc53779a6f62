import type { ResolvedScenario } from "@breakwater/scenario";
import { type Key, type PlannedEdge, planEdges } from "@breakwater/scenario/plan";
import { requestFor } from "./asked.ts";
import { jitterKey, LiveEdge } from "./live-edge.ts";
import { partsOf } from "./parts.ts";

export interface EdgeSettings {
  /** Of everything that this caller draws by itself. */
  readonly root: Key;
  /** By the service that is called: where its instances are reached. */
  readonly urls: Readonly<Record<string, readonly string[]>>;
  /** What facts do not tell about an edge. */
  readonly tell: (edge: string, what: "refused" | "degraded") => void;
}

/** The edges over which a service or a load calls, ready for use, by their key. */
export function edgesOf(
  scenario: ResolvedScenario,
  from: string,
  settings: EdgeSettings,
  kind: PlannedEdge["kind"] = "call",
): ReadonlyMap<string, LiveEdge> {
  const own = planEdges(scenario).filter((edge) => edge.kind === kind && edge.from === from);
  return new Map(
    own.map((edge, index) => {
      const { key, name, call } = edge;
      const live = new LiveEdge({
        name,
        call,
        lateAnswers: scenario.semantics.lateAnswers,
        parts: partsOf(scenario, edge),
        asked: requestFor(scenario, call),
        urls: settings.urls[call.service] ?? [],
        key: jitterKey(settings.root, index),
        tell: (what) => settings.tell(name, what),
      });
      return [key, live];
    }),
  );
}
