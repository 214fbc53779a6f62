import type { ConservationCheck, ObjectiveResult, Summary } from "./judgement.ts";

export type { ConservationCheck, ObjectiveResult, Summary };

/**
 * The result of a run, simulated or live: plain JSON, columns of numbers over one time axis, histograms, events
 * and a verdict. Everything in it follows from the scenario and the seed; nothing in it tells when or where it ran.
 */
export interface RunResult {
  readonly format: "breakwater-run/1";
  readonly mode: "simulated" | "live";
  /** The version of the package that made it. */
  readonly engine: string;
  /** Name of the scenario. */
  readonly name: string;
  readonly about: string;
  readonly seed: number;
  /** How long the load played. */
  readonly durationMs: number;
  /** When the last thing happened: after `durationMs` where work was left to do. */
  readonly endedAtMs: number;
  /** Whether everything was quiet at the end (nothing in flight). */
  readonly drained: boolean;
  readonly bucketMs: number;
  /** Start of each bucket; every series below has the same length. */
  readonly timeMs: readonly number[];
  /** All loads together, as the customers saw them. */
  readonly endToEnd: EdgeResult;
  /** Loads first, then calls between services, each in the order of the scenario. */
  readonly edges: readonly EdgeResult[];
  readonly services: readonly ServiceResult[];
  readonly faults: readonly FaultSpan[];
  /** In order of time. */
  readonly events: readonly RunEvent[];
  /** Events left out because there were more than the result keeps. */
  readonly eventsDropped: number;
  readonly summary: Summary;
  readonly objectives: readonly ObjectiveResult[];
  /** "none" without objectives. */
  readonly verdict: "met" | "missed" | "none";
  readonly conservation: readonly ConservationCheck[];
  /** Of live runs only. */
  readonly live?: LiveFacts;
}

/** What a live run tells about itself. */
export interface LiveFacts {
  /** How late the load generator was with what it sent, in milliseconds. */
  readonly latenessP99Ms: number;
  readonly latenessMaxMs: number;
  /** Calls that were not made because too many were in flight; they count as rejected. */
  readonly notSent: number;
  /** What was done otherwise than the scenario says. */
  readonly notes: readonly string[];
}

/** Counts of calls by outcome; calls = their sum + inFlight. */
export interface OutcomeCounts {
  readonly ok: number;
  readonly fallback: number;
  readonly timedOut: number;
  readonly shortCircuited: number;
  readonly rejected: number;
  readonly failed: number;
  readonly cancelled: number;
}
export type OutcomeName = keyof OutcomeCounts;

/** Calls from one service (or load) to one endpoint, under one policy. */
export interface EdgeResult {
  /** "homepage -> recommendations". */
  readonly name: string;
  readonly kind: "load" | "call" | "all";
  readonly from: string;
  readonly to: string;
  readonly endpoint: string;
  /** The policy in one line ("timeout 500ms, circuit breaker 5 in a row"), "" for none. */
  readonly policy: string;
  readonly calls: number;
  readonly attempts: number;
  /** Calls not ended when the run ended. */
  readonly inFlight: number;
  readonly outcomes: OutcomeCounts;
  /** Answered calls that a fallback, or the lack of an optional answer, had a part in: here (`fallback`) or deeper down. */
  readonly degraded: number;
  /** How attempts ended. attempts = sum of these. */
  readonly attemptOutcomes: {
    readonly ok: number;
    readonly failed: number;
    readonly timedOut: number;
    readonly cancelled: number;
    readonly inFlight: number;
  };
  /** Answers that came after the attempt had been given up. */
  readonly lateAnswers: number;
  /** What became of the attempts on their way: attempts = refused + lost + travelling + arrived. */
  readonly delivery: {
    readonly arrived: number;
    readonly refused: number;
    readonly lost: number;
    readonly travelling: number;
  };
  readonly series: EdgeSeries;
  /** Milliseconds from the start of the call to its end. */
  readonly latency: {
    /** ok and fallback. */
    readonly answered: HistogramData;
    readonly all: HistogramData;
  };
  /** undefined without a circuit breaker. */
  readonly circuit: CircuitResult | undefined;
}

/** Per bucket. Calls and attempts at the time they start, outcomes and latency at the time they end. */
export interface EdgeSeries {
  readonly calls: readonly number[];
  readonly attempts: readonly number[];
  readonly ok: readonly number[];
  readonly fallback: readonly number[];
  readonly timedOut: readonly number[];
  readonly shortCircuited: readonly number[];
  readonly rejected: readonly number[];
  readonly failed: readonly number[];
  readonly cancelled: readonly number[];
  /** Calls in flight at the end of the bucket. */
  readonly inFlight: readonly number[];
  /** Percentiles of answered calls that ended in the bucket; null where none did. */
  readonly p50: readonly (number | null)[];
  readonly p95: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
}

export interface CircuitResult {
  /** How many breakers guard this edge: one per instance, worker or edge. */
  readonly breakers: number;
  readonly opened: number;
  readonly halfOpened: number;
  readonly closed: number;
  /** Breakers not closed, added up over time. */
  readonly openMs: number;
  /** Attempts recorded by the breakers when all of them first were open; -1 when that never was. */
  readonly attemptsUntilAllOpen: number;
  /** Breakers in each state at the end of the bucket. */
  readonly series: { readonly open: readonly number[]; readonly halfOpen: readonly number[] };
}

export interface ServiceResult {
  readonly name: string;
  readonly instances: number;
  /** Per instance; null for unlimited. */
  readonly workers: number | null;
  /** Requests that arrived = the sum of the rest. */
  readonly arrived: number;
  readonly ok: number;
  readonly failed: number;
  /** No room in the queue. */
  readonly rejected: number;
  /** Lost in a crash. */
  readonly lost: number;
  /** Dropped from the queue, or stopped, because the caller had left. */
  readonly dropped: number;
  /** Waiting, worked on, or hanging when the run ended. */
  readonly inFlight: number;
  /** Finished though the caller had given up. */
  readonly wasted: number;
  /** Worker time spent, over all workers; and the part of it spent on requests whose caller had left before the end. */
  readonly busyMs: number;
  readonly wastedMs: number;
  /** When a worker was last busy; 0 when none ever was. */
  readonly lastBusyMs: number;
  readonly maxQueue: number;
  readonly series: {
    readonly arrived: readonly number[];
    readonly ok: readonly number[];
    readonly failed: readonly number[];
    readonly rejected: readonly number[];
    readonly wasted: readonly number[];
    /** Mean over the bucket, all instances added up. */
    readonly queue: readonly number[];
    readonly busy: readonly number[];
  };
}

export interface FaultSpan {
  readonly name: string;
  readonly kind: string;
  readonly target: string;
  readonly startMs: number;
  /** null: to the end of the run. */
  readonly endMs: number | null;
  /** Requests (or, for crash, pause and capacity, instances) that were struck. */
  readonly struck: number;
}

/** Something worth a mark on the timeline. */
export interface RunEvent {
  readonly atMs: number;
  readonly type:
    | "faultStarted"
    | "faultEnded"
    | "loadEnded"
    | "circuitOpened"
    | "circuitHalfOpened"
    | "circuitRamped"
    | "circuitClosed"
    | "queueFull"
    | "instanceCrashed"
    | "instanceRestarted"
    | "instancePaused"
    | "instanceResumed";
  /** The edge, service or fault it is about. */
  readonly subject: string;
  /** One breaker among several, one instance: "homepage[0] worker 3"; "" where there is but one. */
  readonly part: string;
  /** Why, with the numbers of the decision: "5 failures in a row". */
  readonly reason: string;
}

/** Log-linear histogram, sparse: `counts[i]` samples in bin `bins[i]`. See Histogram for the layout of the bins. */
export interface HistogramData {
  readonly unit: "us";
  readonly count: number;
  readonly sumMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}
