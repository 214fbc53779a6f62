import type { PolicyData } from "../types/policy.ts";
import type { CheckedDistribution } from "./distribution.ts";

export interface CheckedCall {
  endpoint?: string;
  policy?: string | PolicyData;
  network?: {
    latency?: CheckedDistribution;
    jitter?: CheckedDistribution;
    loss: number;
    resend?: number;
  };
}

export interface CheckedCallStep extends CheckedCall {
  call: string;
  optional: boolean;
  maxDepth?: number;
  times: number;
  order: "parallel" | "sequence";
  needs?: number;
  rest: "continue" | "cancel";
}

export type CheckedStep = { probability: number } & (
  | { work: CheckedDistribution }
  | CheckedCallStep
  | { parallel: readonly CheckedStep[] }
  | { sequence: readonly CheckedStep[] }
  | { quorum: readonly CheckedStep[]; needs: number; rest: "continue" | "cancel" }
  | { choose: readonly { weight: number; steps: readonly CheckedStep[] }[] }
);
