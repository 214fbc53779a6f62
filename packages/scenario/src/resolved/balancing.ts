import type { ResolvedOutlierDetection } from "@breakwater/policy";
import type { ResolvedCall } from "./step.ts";

export interface ResolvedBalancer {
  readonly kind: "roundRobin" | "random" | "leastRequests" | "choices" | "ringHash" | "weighted";
  /** Instances that `choices` compares. */
  readonly choices: number;
  readonly refreshMs: number;
  /** Different keys of requests, of which the k-th is k^-skew as frequent as the first. */
  readonly keys: number;
  readonly skew: number;
  /** Places that one instance has on the ring. */
  readonly points: number;
  /** One per instance; empty for the other kinds. */
  readonly weights: readonly number[];
  readonly slowStartMs: number;
  readonly zoneAware: boolean;
  readonly outlierDetection: ResolvedOutlierDetection | undefined;
  readonly panic: number;
}

export interface ResolvedHealthChecks {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly unhealthyAfter: number;
  readonly healthyAfter: number;
  /** The call that asks an endpoint; undefined: the state of the process is looked at. */
  readonly call: ResolvedCall | undefined;
}
