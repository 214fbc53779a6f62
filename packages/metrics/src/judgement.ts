/** What is derived from a run's counts and series. */
export interface Summary {
  /** Calls offered by all loads. */
  readonly offered: number;
  /** Answered, ok or by a fallback, while the load played. */
  readonly servedInDuration: number;
  /** Answered in all. */
  readonly served: number;
  /** Share of ended calls that were answered; 1 when none ended. */
  readonly successRate: number;
  readonly okRate: number;
  /** Share of answered calls that were degraded; 0 when none was answered. */
  readonly degradedRate: number;
  /** Answered calls per second of `durationMs`, counting those answered while the load played. */
  readonly goodput: number;
  /** Attempts ÷ calls, multiplied along the worst path from a load to a leaf. */
  readonly amplification: number;
  /** Share of busy time spent on requests whose caller had left. */
  readonly wastedWork: number;
  /** Milliseconds, answered calls; null when there were none. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** How long after the end of the load a worker was still busy; and whose. */
  readonly tailMs: number;
  readonly tailService: string;
  /**
   * From the end of the last fault until goodput was back, for good, at 90 % of its level before the first fault.
   * null: never; or it cannot be told, because no fault ended while the load played or none began after its start.
   * How chance is told from a dip: see recoveryOf.
   */
  readonly recoveryMs: number | null;
  /** Trigger over, load back to normal, goodput not: see endedMetastable. Absent in results of earlier versions. */
  readonly metastable?: boolean;
}

export interface ObjectiveResult {
  /** "p99 latency of answered calls at most 800ms". */
  readonly text: string;
  readonly metric: string;
  readonly bound: "atLeast" | "atMost";
  readonly value: number;
  /** null: could not be told (no samples); then it is missed. */
  readonly actual: number | null;
  readonly met: boolean;
}

/** offered = ended + inFlight, exactly. */
export interface ConservationCheck {
  /** "end to end", "service homepage", "edge a -> b". */
  readonly where: string;
  readonly offered: number;
  readonly ended: number;
  readonly inFlight: number;
  readonly balanced: boolean;
}
