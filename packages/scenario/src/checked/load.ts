import type { Shape } from "../types/load.ts";
import type { CheckedDistribution } from "./distribution.ts";
import type { CheckedCall } from "./step.ts";

export type CheckedShape =
  | { kind: Extract<Shape["kind"], "constant"> }
  | { kind: "ramp"; from: number; to: number; at: number; over: number }
  | { kind: "spike"; factor: number; at: number; for: number }
  | { kind: "steps"; steps: readonly { at: number; factor: number }[] };

export type CheckedLoad = CheckedCall & {
  to: string;
  start: number;
  end?: number;
  shape?: CheckedShape;
} & (
    | { kind: "open"; rate: number; arrivals: "poisson" | "constant" }
    | { kind: "closed"; users: number; think?: CheckedDistribution }
  );
