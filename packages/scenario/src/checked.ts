import type { ResolvedLiveEndpoint, ResolvedSemantics } from "./resolved.ts";
import type { Fault, Objective, PolicyData, Shape } from "./types.ts";

/**
 * A scenario after the tables have checked it: well formed, defaults filled in, durations in milliseconds, but names
 * not yet looked up and parts not yet held against each other.
 */
export interface CheckedScenario {
  name: string;
  about: string;
  seed: number;
  duration: number;
  drain: number;
  bucket?: number;
  services: Readonly<Record<string, CheckedService>>;
  policies: Readonly<Record<string, PolicyData>>;
  load: Readonly<Record<string, CheckedLoad>>;
  faults: readonly CheckedFault[];
  objectives: readonly CheckedObjective[];
  semantics: Omit<ResolvedSemantics, "lateAnswers"> & { lateAnswers?: "ignored" | "taken" };
}

export interface CheckedService {
  instances: number;
  workers: number | "unlimited";
  workersWait: boolean;
  queue: { capacity: number | "unlimited"; order: "fifo" | "lifo" };
  endpoints: Readonly<Record<string, CheckedEndpoint>>;
  live?: CheckedLiveService;
}

export interface CheckedEndpoint {
  errorRate: number;
  steps: readonly CheckedStep[];
  live?: Omit<ResolvedLiveEndpoint, "path" | "body"> & { path?: string; body?: unknown };
}

export interface CheckedLiveService {
  command?: readonly string[];
  address?: string;
  folder?: string;
  env: Readonly<Record<string, string>>;
  urls: Readonly<Record<string, string>>;
  ready?: string;
  startWithin: number;
}

export interface CheckedCall {
  endpoint?: string;
  policy?: string | PolicyData;
  network?: { latency?: CheckedDistribution };
}

export interface CheckedCallStep extends CheckedCall {
  call: string;
  optional: boolean;
  maxDepth?: number;
}

export type CheckedStep =
  | { work: CheckedDistribution }
  | CheckedCallStep
  | { parallel: readonly CheckedStep[] }
  | { sequence: readonly CheckedStep[] };

export type CheckedDistribution =
  | number
  | { kind: "constant"; value: number }
  | { kind: "uniform"; min: number; max: number; step?: number }
  | { kind: "exponential"; mean: number }
  | { kind: "erlang"; mean: number; shape: number }
  | { kind: "normal"; mean: number; deviation: number }
  | { kind: "lognormal"; mean: number; sigma: number }
  | { kind: "pareto"; min: number; shape: number }
  | { kind: "weibull"; scale: number; shape: number }
  | { kind: "mixture"; of: readonly { weight: number; value: CheckedDistribution }[] };

export type CheckedShape =
  | { kind: Extract<Shape["kind"], "constant"> }
  | { kind: "ramp"; from: number; to: number; at: number; over: number }
  | { kind: "spike"; factor: number; at: number; for: number }
  | { kind: "steps"; steps: readonly { at: number; factor: number }[] };

export type CheckedLoad = CheckedCall & {
  to: string;
  start: number;
  end?: number;
  shape?: CheckedShape;
} & (
    | { kind: "open"; rate: number; arrivals: "poisson" | "constant" }
    | { kind: "closed"; users: number; think?: CheckedDistribution }
  );

export interface CheckedFault {
  kind: Fault["kind"];
  name?: string;
  service: string;
  endpoint?: string;
  instance?: number;
  from?: string;
  at: number;
  for?: number;
  share: number;
  add?: CheckedDistribution;
  multiply?: number;
  strikes?: "new" | "inFlight";
  when?: "afterWork" | "beforeWork";
  lose?: number;
  requests?: "lost" | "redelivered";
}

export interface CheckedObjective {
  metric: Objective["metric"];
  atLeast?: number;
  atMost?: number;
  percentile?: number;
  of?: "answered" | "all";
}
