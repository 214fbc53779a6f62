import type { PolicyData } from "../types/policy.ts";
import type { CheckedDistribution } from "./distribution.ts";

export interface CheckedCall {
  endpoint?: string;
  policy?: string | PolicyData;
  network?: { latency?: CheckedDistribution };
}

export interface CheckedCallStep extends CheckedCall {
  call: string;
  optional: boolean;
  maxDepth?: number;
}

export type CheckedStep =
  | { work: CheckedDistribution }
  | CheckedCallStep
  | { parallel: readonly CheckedStep[] }
  | { sequence: readonly CheckedStep[] };
