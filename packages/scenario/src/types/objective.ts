import type { Duration } from "@breakwater/policy";

export interface Objective {
  /**
   * - successRate: share of calls answered, ok or by a fallback
   * - okRate: share of calls answered in full
   * - goodput: answered calls per second, ok or by a fallback
   * - latency: a percentile, in milliseconds
   * - amplification: attempts per call over all edges that carry a policy, end to end
   * - wastedWork: share of the busy time spent on requests whose caller had left
   * - recoveryTime: from the end of the last fault until goodput is back at 90 % of what it was before the first
   * - collapseProbability: share of replications that ended metastable or missed another objective
   */
  metric:
    | "successRate"
    | "okRate"
    | "goodput"
    | "latency"
    | "amplification"
    | "wastedWork"
    | "recoveryTime"
    | "collapseProbability";
  /** Exactly one of the two. A duration for latency and recoveryTime, else a number. */
  atLeast?: number | Duration;
  atMost?: number | Duration;
  /** For latency: 0 < percentile <= 100; 99 unless set. */
  percentile?: number;
  /** For latency: of answered calls (ok and fallback; default), or of all that ended. */
  of?: "answered" | "all";
}
