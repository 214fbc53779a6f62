import type { Duration, PolicyOptions } from "@breakwater/policy";
import type { LiveEndpoint, LiveService } from "./types-live.ts";

export type { LiveEndpoint, LiveService };

/**
 * A scenario as its author writes it, in TypeScript, JSON or YAML. Units: durations are milliseconds as a number
 * or text with a unit; rates are per second; shares are 0 to 1.
 */
export interface Scenario {
  /** Shown in reports. */
  name?: string;
  about?: string;
  /** Every random draw follows from it. 0 to 2^32 - 1; 1 unless set. */
  seed?: number;
  /** How long the load plays. */
  duration: Duration;
  /** How long to wait at most, after the load has ended, until everything is quiet. 60 s unless set. */
  drain?: Duration;
  /** Width of the time buckets in the result; chosen from the duration unless set. */
  bucket?: Duration;
  services: Record<string, Service>;
  /** Policies with a name, for calls to refer to. */
  policies?: Record<string, PolicyData>;
  load: Record<string, Load>;
  faults?: Fault[];
  objectives?: Objective[];
  semantics?: Semantics;
}

/** A policy as data: everything that PolicyOptions has, with a fallback given as a value. */
export type PolicyData = Omit<PolicyOptions, "fallback" | "retry" | "idempotent"> & {
  fallback?: { value: unknown };
  retry?: PolicyOptions["retry"];
  idempotent?: boolean;
};

export interface Service {
  about?: string;
  /** Copies of the service; calls go to them in turn. 1 unless set. */
  instances?: number;
  /** Requests that one instance works on at the same time. "unlimited" unless set. */
  workers?: number | "unlimited";
  /** Whether a worker waits while a call of its request is out (true, as a thread does), or takes up others. */
  workersWait?: boolean;
  /** Requests that may wait for a worker, per instance. */
  queue?: { capacity?: number | "unlimited"; order?: "fifo" | "lifo" };
  endpoints: Record<string, Endpoint>;
  /** The real service that stands here in a live run; without it a synthetic one does the modelled work. */
  live?: LiveService;
}

export interface Endpoint {
  about?: string;
  /** Share of requests that this endpoint answers with an error though it is healthy. 0 unless set. */
  errorRate?: number;
  /** What a request does, in order. */
  steps: Step[];
  /** How the real service is asked for this in a live run. */
  live?: LiveEndpoint;
}

export type Step = WorkStep | CallStep | ParallelStep | SequenceStep;
/** Keeps a worker busy. */
export interface WorkStep {
  work: Distribution;
}
/** Calls another service and waits for the answer. */
export interface CallStep {
  call: string;
  /** Needed only where the service has more than one. */
  endpoint?: string;
  /** The name of a policy, or one written in place. None unless set. */
  policy?: string | PolicyData;
  /** The request goes on without the answer: it is then degraded, not failed. */
  optional?: boolean;
  /** In a call graph with a cycle: the call is left out once the request has passed through this many services. */
  maxDepth?: number;
  network?: Network;
}
/** All at once; done when all are. */
export interface ParallelStep {
  parallel: Step[];
}
/** One after the other, for use inside parallel. */
export interface SequenceStep {
  sequence: Step[];
}

export interface Network {
  /** One way, drawn for the request and again for its answer. */
  latency?: Distribution;
}

/** A plain duration is a constant. Samples below 0 are drawn as 0. */
export type Distribution =
  | Duration
  | { kind: "constant"; value: Duration }
  /** Every value between min and max alike; with `step`, only min, min + step, ... up to max. */
  | { kind: "uniform"; min: Duration; max: Duration; step?: Duration }
  | { kind: "exponential"; mean: Duration }
  /** The sum of `shape` exponentials. */
  | { kind: "erlang"; mean: Duration; shape: number }
  | { kind: "normal"; mean: Duration; deviation: Duration }
  /** By the mean and the sigma of the underlying normal. */
  | { kind: "lognormal"; mean: Duration; sigma: number }
  | { kind: "pareto"; min: Duration; shape: number }
  | { kind: "weibull"; scale: Duration; shape: number }
  | { kind: "mixture"; of: { weight: number; value: Distribution }[] };

interface LoadBase {
  about?: string;
  to: string;
  endpoint?: string;
  /** The customers' own policy. */
  policy?: string | PolicyData;
  network?: Network;
  /** From the start of the run; 0 unless set. */
  start?: Duration;
  /** From the start of the run; the run's duration unless set. */
  end?: Duration;
  shape?: Shape;
}
/** Requests arrive whatever happens to the ones before. */
export interface OpenLoad extends LoadBase {
  kind: "open";
  /** Requests per second. */
  rate: number;
  arrivals?: "poisson" | "constant";
}
/** A fixed number of users, each with one request at a time. */
export interface ClosedLoad extends LoadBase {
  kind: "closed";
  users: number;
  /** From an answer to the next request. 0 unless set. */
  think?: Distribution;
}
export type Load = OpenLoad | ClosedLoad;

/** How the rate, or the number of active users, changes over time: a factor on it. */
export type Shape =
  | { kind: "constant" }
  /** From `from` to `to` between `at` and `at + over`, then stays. */
  | { kind: "ramp"; from?: number; to: number; at?: Duration; over: Duration }
  /** `factor` between `at` and `at + for`. */
  | { kind: "spike"; factor: number; at: Duration; for: Duration }
  /** The factor of the latest step begun; 1 before the first. */
  | { kind: "steps"; steps: { at: Duration; factor: number }[] };

interface FaultBase {
  /** Appears in reports; made from the kind and the target unless set. */
  name?: string;
  service: string;
  endpoint?: string;
  /** Strikes this instance only (0 is the first); all unless set. */
  instance?: number;
  /** Strikes only calls made by this service, or this load. */
  from?: string;
  /** From the start of the run; 0 unless set. */
  at?: Duration;
  /** To the end of the run, drain included, unless set. */
  for?: Duration;
  /** Share of requests that are struck; 1 unless set. */
  share?: number;
}
export type Fault =
  /** The answer takes longer: `add` is more work on the same worker, after the request's own; `multiply` stretches each work step. */
  | (FaultBase & {
      kind: "latency";
      add?: Distribution;
      multiply?: number;
      strikes?: "new" | "inFlight";
    })
  /** The answer is an error: at once, or after the work was done. */
  | (FaultBase & { kind: "error"; when?: "afterWork" | "beforeWork" })
  /** No connection is made. */
  | (FaultBase & { kind: "refused" })
  /** Taken up by a worker and not answered until the fault ends. */
  | (FaultBase & { kind: "hang" })
  /** Everything in work and in the queue is lost and its callers see an error; refuses connections until it restarts at the end. */
  | (FaultBase & { kind: "crash" })
  /** Frozen: takes connections, does nothing, goes on where it was. */
  | (FaultBase & { kind: "pause" })
  /** This share of the workers is gone. */
  | (FaultBase & { kind: "capacity"; lose: number })
  /** No request arrives while it lasts: lost, or delivered at its end. */
  | (FaultBase & { kind: "partition"; requests?: "lost" | "redelivered" });

export interface Objective {
  /**
   * - successRate: share of calls answered, ok or by a fallback
   * - okRate: share of calls answered in full
   * - goodput: answered calls per second, ok or by a fallback
   * - latency: a percentile, in milliseconds
   * - amplification: attempts per call over all edges that carry a policy, end to end
   * - wastedWork: share of the busy time spent on requests whose caller had left
   * - recoveryTime: from the end of the last fault until goodput is back at 90 % of what it was before the first
   */
  metric:
    | "successRate"
    | "okRate"
    | "goodput"
    | "latency"
    | "amplification"
    | "wastedWork"
    | "recoveryTime";
  /** Exactly one of the two. A duration for latency and recoveryTime, else a number. */
  atLeast?: number | Duration;
  atMost?: number | Duration;
  /** For latency: 0 < percentile <= 100; 99 unless set. */
  percentile?: number;
  /** For latency: of answered calls (ok and fallback; default), or of all that ended. */
  of?: "answered" | "all";
}

/** Choices that change results. The first of each is the default. */
export interface Semantics {
  /** A service whose caller has given up goes on working, or stops at once. */
  abandonedWork?: "continues" | "stops";
  /** A queued request whose caller has given up is worked on, or dropped when its turn comes. */
  abandonedInQueue?: "executed" | "dropped";
  /** An answer to an earlier attempt of the same call: overrides the policies' own choice when set. */
  lateAnswers?: "ignored" | "taken";
  /** Where a retried request stands in the queue. */
  retriedRequests?: "back" | "front";
  /** Backoff runs from the failure, or from the start of the failed attempt. */
  backoffFrom?: "failure" | "attemptStart";
  /** One breaker for each instance of the caller, for each of its workers (worker = process), or one for the whole edge. */
  breakerScope?: "instance" | "worker" | "edge";
}
