import type { Duration, OutlierDetectionOptions } from "@breakwater/policy";

/** How calls to a service are shared out among its instances. */
export type Balancer = BalancerKind & {
  /** An instance that comes back gets its whole share only after so long. 0 unless set. */
  slowStart?: Duration;
  /** Calls stay in the zone of their caller while an instance of it is in rotation. */
  zoneAware?: boolean;
  /** Takes instances out of rotation that do worse than the others: the toolkit's own detector. */
  outlierDetection?: OutlierDetectionOptions;
  /** With a smaller share of its instances in rotation, all of them are asked. 0.5 unless set. */
  panic?: number;
};

type BalancerKind =
  | { kind?: "roundRobin" | "random" }
  | ({ kind: "leastRequests" } & LoadInformation)
  | ({ kind: "choices"; choices?: number } & LoadInformation)
  | { kind: "ringHash"; keys?: number; skew?: number; points?: number }
  | { kind: "weighted"; weights: number[] };

interface LoadInformation {
  /** How old the numbers of requests may be by which it decides. 0 unless set: always fresh. */
  refresh?: Duration;
}

/** Asks every instance again and again whether it is well. */
export interface HealthChecks {
  /** From one check of an instance to the next. 5 s unless set. */
  interval?: Duration;
  /** A check without an answer for so long has failed. 1 s unless set. */
  timeout?: Duration;
  /** Failed checks in a row that take an instance out of rotation. 3 unless set. */
  unhealthyAfter?: number;
  /** Good checks in a row that bring it back. 2 unless set. */
  healthyAfter?: number;
  /** The endpoint that is asked; without it, whether the instance is up and not paused. */
  endpoint?: string;
}
