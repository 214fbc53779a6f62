import type { CircuitResult, OutcomeName, RunEvent } from "../result.ts";

/** A value for every bucket of the load, or one for each (0 after the last). */
export type PerBucket = number | readonly number[];

export interface EdgePlan {
  /** A load calls from a name that is no service. */
  readonly from: string;
  readonly to: string;
  readonly policy?: string;
  /** Calls that start and end in each bucket, by outcome. */
  readonly outcomes: Partial<Record<OutcomeName, PerBucket>>;
  /** Of calls that went out: all but the short-circuited and the rejected. 1 unless set. */
  readonly attemptsPerCall?: number;
  /** Of calls that ended in the bucket. 20 ms unless set. */
  readonly latencyMs?: PerBucket;
  /** Calls without an end, started in the last bucket of the load. */
  readonly inFlight?: number;
  /** Calls in flight at the end of each bucket; those without an end unless set. */
  readonly inFlightSeries?: PerBucket;
  /** Answered calls degraded deeper down. */
  readonly degradedBelow?: number;
  readonly refused?: number;
  readonly lost?: number;
  readonly lateAnswers?: number;
  readonly circuit?: Partial<Omit<CircuitResult, "series">> & {
    readonly open?: PerBucket;
    readonly halfOpen?: PerBucket;
  };
}

export interface ServicePlan {
  readonly name: string;
  readonly instances?: number;
  /** Unlimited unless set. */
  readonly workers?: number | null;
  /** Mean over the bucket. */
  readonly busy?: PerBucket;
  readonly queue?: PerBucket;
  readonly failed?: number;
  readonly rejected?: number;
  readonly lost?: number;
  readonly dropped?: number;
  readonly inFlight?: number;
  readonly wasted?: number;
  readonly wastedMs?: number;
  readonly lastBusyMs?: number;
}

export interface FaultPlan {
  readonly kind: string;
  readonly target: string;
  readonly startMs?: number;
  /** To the end of the run unless set. */
  readonly endMs?: number;
  readonly struck?: number;
}

export interface ResultPlan {
  readonly name?: string;
  readonly seed?: number;
  /** 30 s unless set. */
  readonly durationMs?: number;
  /** durationMs unless set. */
  readonly endedAtMs?: number;
  /** 1 s unless set. */
  readonly bucketMs?: number;
  /** Loads first. */
  readonly edges?: readonly EdgePlan[];
  readonly services?: readonly ServicePlan[];
  readonly faults?: readonly FaultPlan[];
  /** Besides those of faults and the end of the load. */
  readonly events?: readonly RunEvent[];
}
