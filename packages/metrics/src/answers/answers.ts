import { attemptsPerCall } from "../amplification.ts";
import { collapsed } from "../objectives.ts";
import { recoveryOf } from "../recovery.ts";
import type { RunResult, WasteCause } from "../result.ts";
import { type Detection, detectionsOf } from "./detect.ts";
import { type LittleCheck, littleChecks } from "./little.ts";

/** What people ask of a run, from its counts and events. */
export interface Answers {
  /** One for each fault. */
  readonly detections: readonly Detection[];
  /** From the end of the last fault until goodput was back; null: never, or it cannot be told. */
  readonly recoverMs: number | null;
  /** Trigger over, load back to normal, goodput not. */
  readonly metastable: boolean;
  /** Ended metastable, or missed an objective. */
  readonly collapsed: boolean;
  /** Why, in worker time; the most costly first. */
  readonly wastedBy: readonly WasteShare[];
  /** Attempts ÷ calls of each edge that was called, and along the worst path. */
  readonly amplification: {
    readonly endToEnd: number;
    readonly edges: readonly { readonly edge: string; readonly factor: number }[];
  };
  readonly little: readonly LittleCheck[];
}

export interface WasteShare {
  readonly service: string;
  readonly edge: string;
  readonly cause: WasteCause;
  readonly requests: number;
  readonly ms: number;
  /** Of the busy time of all services. */
  readonly share: number;
}

export function answersOf(result: RunResult): Answers {
  const { summary, edges } = result;
  return {
    detections: detectionsOf(result),
    recoverMs: recoveryOf(result)?.recoveryMs ?? null,
    metastable: summary.metastable === true,
    collapsed: collapsed(result),
    wastedBy: wasteShares(result),
    amplification: {
      endToEnd: summary.amplification,
      edges: edges
        .filter(({ calls }) => calls > 0)
        .map((edge) => ({ edge: edge.name, factor: attemptsPerCall(edge) })),
    },
    little: littleChecks(result),
  };
}

function wasteShares({ services }: RunResult): WasteShare[] {
  const busyMs = services.reduce((sum, service) => sum + service.busyMs, 0);
  const parts = services.flatMap(({ name, wastedBy = [] }) =>
    wastedBy.map((part) => ({
      service: name,
      ...part,
      share: busyMs === 0 ? 0 : part.ms / busyMs,
    })),
  );
  return parts.toSorted((a, b) => b.ms - a.ms);
}
