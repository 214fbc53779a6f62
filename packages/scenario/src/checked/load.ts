import type { Shape } from "../types/load.ts";
import type { CheckedDistribution } from "./distribution.ts";
import type { CheckedCall } from "./step.ts";

export type CheckedShape =
  | { kind: Extract<Shape["kind"], "constant"> }
  | { kind: "ramp"; from: number; to: number; at: number; over: number }
  | { kind: "spike"; factor: number; at: number; for: number }
  | { kind: "steps"; steps: readonly { at: number; factor: number }[] }
  | { kind: "diurnal"; low: number; high: number; period: number; peakAt: number }
  | { kind: "points"; points: readonly { at: number; factor: number }[]; every?: number };

export type CheckedRecorded = readonly number[] | string | { file: string };

export interface CheckedComeBack {
  probability: number;
  after: CheckedDistribution;
  times: number;
}

export type CheckedLoad = CheckedCall & {
  to: string;
  start: number;
  end?: number;
  shape?: CheckedShape;
  priority: number;
  patience?: CheckedDistribution;
  comeBack?: CheckedComeBack;
} & (
    | { kind: "open"; rate: number; arrivals: "poisson" | "constant" }
    | { kind: "closed"; users: number; think?: CheckedDistribution }
    | {
        kind: "sessions";
        rate: number;
        arrivals: "poisson" | "constant";
        stay: number;
        think?: CheckedDistribution;
      }
    | { kind: "herd"; users: number; at?: number; after?: string }
    | {
        kind: "trace";
        times?: CheckedRecorded;
        rates?: CheckedRecorded;
        interval?: number;
        arrivals: "poisson" | "constant";
      }
  );
