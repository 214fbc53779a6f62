import type { OutlierDetectionOptions } from "@breakwater/policy";
import type { ResolvedBalancer } from "../resolved/balancing.ts";

export interface CheckedBalancer {
  kind?: ResolvedBalancer["kind"];
  choices?: number;
  refresh?: number;
  keys?: number;
  skew?: number;
  points?: number;
  weights?: readonly number[];
  slowStart: number;
  zoneAware: boolean;
  outlierDetection?: OutlierDetectionOptions;
  panic: number;
}

export interface CheckedHealthChecks {
  interval: number;
  timeout: number;
  unhealthyAfter: number;
  healthyAfter: number;
  endpoint?: string;
}
