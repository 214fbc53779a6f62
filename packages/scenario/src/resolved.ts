import type { ResolvedBalancer, ResolvedHealthChecks } from "./resolved/balancing.ts";
import type { ResolvedFault } from "./resolved/fault.ts";
import type { ResolvedLoad } from "./resolved/load.ts";
import type { ResolvedStep } from "./resolved/step.ts";

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
  /** Absent: in none. */
  readonly zones?: readonly string[];
  /** Absent: calls go to the instances in turn, whatever their state. */
  readonly balancer?: ResolvedBalancer;
  readonly health?: ResolvedHealthChecks;
  /** Infinity for unlimited. */
  readonly workers: number;
  readonly workersWait: boolean;
  /** Infinity for unlimited. */
  readonly queueCapacity: number;
  readonly queueOrder: "fifo" | "lifo";
  /** Absent: without a limit. */
  readonly queueMaxWaitMs?: number;
  /** Absent: work takes as long as was drawn. */
  readonly slowdown?: { readonly perRequest: number; readonly from: number };
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

export interface ResolvedObjective {
  readonly metric:
    | "successRate"
    | "okRate"
    | "goodput"
    | "latency"
    | "amplification"
    | "wastedWork"
    | "recoveryTime"
    | "collapseProbability";
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
