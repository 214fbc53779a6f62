import type { PolicyData } from "./types.ts";

/**
 * A scenario after validation: names resolved, defaults filled in, durations in milliseconds. What the simulator
 * and live runs read. Plain data; the same for every way of writing the same scenario.
 */
export interface ResolvedScenario {
  readonly name: string;
  readonly about: string;
  readonly seed: number;
  readonly durationMs: number;
  readonly drainMs: number;
  readonly bucketMs: number;
  readonly services: readonly ResolvedService[];
  readonly load: readonly ResolvedLoad[];
  readonly faults: readonly ResolvedFault[];
  readonly objectives: readonly ResolvedObjective[];
  readonly semantics: ResolvedSemantics;
}

export interface ResolvedService {
  readonly name: string;
  readonly instances: number;
  /** Infinity for unlimited. */
  readonly workers: number;
  readonly workersWait: boolean;
  /** Infinity for unlimited. */
  readonly queueCapacity: number;
  readonly queueOrder: "fifo" | "lifo";
  readonly endpoints: readonly ResolvedEndpoint[];
  /** Absent for a service that has no code of its own. */
  readonly live?: ResolvedLiveService;
}

/** Either `command` or `address` is there. */
export interface ResolvedLiveService {
  readonly command: readonly string[] | undefined;
  readonly address: string | undefined;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Environment variable -> service. */
  readonly urls: Readonly<Record<string, string>>;
  readonly ready: string;
  readonly startWithinMs: number;
}

export interface ResolvedLiveEndpoint {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface ResolvedEndpoint {
  readonly name: string;
  readonly errorRate: number;
  readonly steps: readonly ResolvedStep[];
  readonly live?: ResolvedLiveEndpoint;
}

export type ResolvedStep =
  | { readonly kind: "work"; readonly work: ResolvedDistribution }
  | { readonly kind: "call"; readonly call: ResolvedCall }
  | { readonly kind: "parallel"; readonly steps: readonly ResolvedStep[] }
  | { readonly kind: "sequence"; readonly steps: readonly ResolvedStep[] };

export interface ResolvedCall {
  readonly service: string;
  readonly endpoint: string;
  /** The name that the author gave to the policy, or "" for none and for one written in place. */
  readonly policyName: string;
  /** undefined: a bare call. */
  readonly policy: PolicyData | undefined;
  readonly optional: boolean;
  /** Infinity without a limit. */
  readonly maxDepth: number;
  /** undefined: no network between the two. */
  readonly latency: ResolvedDistribution | undefined;
}

/** All in milliseconds. */
export type ResolvedDistribution =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "uniform"; readonly min: number; readonly max: number; readonly step: number }
  | { readonly kind: "exponential"; readonly mean: number }
  | { readonly kind: "erlang"; readonly mean: number; readonly shape: number }
  | { readonly kind: "normal"; readonly mean: number; readonly deviation: number }
  | { readonly kind: "lognormal"; readonly mean: number; readonly sigma: number }
  | { readonly kind: "pareto"; readonly min: number; readonly shape: number }
  | { readonly kind: "weibull"; readonly scale: number; readonly shape: number }
  | {
      readonly kind: "mixture";
      /** Weights add up to 1. */
      readonly of: readonly { readonly weight: number; readonly value: ResolvedDistribution }[];
    };

export interface ResolvedLoad {
  readonly name: string;
  readonly call: ResolvedCall;
  readonly startMs: number;
  readonly endMs: number;
  /** Piecewise linear factor; the first point is at 0, two points at the same time make a jump. */
  readonly shape: readonly { readonly atMs: number; readonly factor: number }[];
  readonly source:
    | { readonly kind: "open"; readonly rate: number; readonly arrivals: "poisson" | "constant" }
    | { readonly kind: "closed"; readonly users: number; readonly think: ResolvedDistribution };
}

export interface ResolvedFault {
  readonly name: string;
  readonly kind:
    | "latency"
    | "error"
    | "refused"
    | "hang"
    | "crash"
    | "pause"
    | "capacity"
    | "partition";
  readonly service: string;
  /** undefined: all. */
  readonly endpoint: string | undefined;
  readonly instance: number | undefined;
  /** A service or a load. */
  readonly from: string | undefined;
  readonly atMs: number;
  /** Infinity: to the end. */
  readonly endMs: number;
  readonly share: number;
  /** latency; 1 elsewhere. */
  readonly multiply: number;
  /** latency. */
  readonly add: ResolvedDistribution | undefined;
  readonly strikes: "new" | "inFlight";
  /** error. */
  readonly when: "afterWork" | "beforeWork";
  /** capacity; 0 elsewhere. */
  readonly lose: number;
  /** partition. */
  readonly requests: "lost" | "redelivered";
}

export interface ResolvedObjective {
  readonly metric:
    | "successRate"
    | "okRate"
    | "goodput"
    | "latency"
    | "amplification"
    | "wastedWork"
    | "recoveryTime";
  readonly bound: "atLeast" | "atMost";
  /** Milliseconds, share, per second or factor, by metric. */
  readonly value: number;
  readonly percentile: number;
  readonly of: "answered" | "all";
}

export interface ResolvedSemantics {
  readonly abandonedWork: "continues" | "stops";
  readonly abandonedInQueue: "executed" | "dropped";
  /** undefined: as each policy says. */
  readonly lateAnswers: "ignored" | "taken" | undefined;
  readonly retriedRequests: "back" | "front";
  readonly backoffFrom: "failure" | "attemptStart";
  readonly breakerScope: "instance" | "worker" | "edge";
}
