import type { CheckedBalancer, CheckedHealthChecks } from "./checked/balancing.ts";
import type { CheckedChaos, CheckedFault } from "./checked/fault.ts";
import type { CheckedLoad } from "./checked/load.ts";
import type { CheckedStep } from "./checked/step.ts";
import type { ResolvedLiveEndpoint, ResolvedSemantics } from "./resolved.ts";
import type { Objective } from "./types/objective.ts";
import type { PolicyData } from "./types/policy.ts";

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
  chaos: readonly CheckedChaos[];
  semantics: Omit<ResolvedSemantics, "lateAnswers"> & { lateAnswers?: "ignored" | "taken" };
}

export interface CheckedService {
  instances: number;
  zones?: readonly string[];
  balancer?: CheckedBalancer;
  health?: CheckedHealthChecks;
  workers: number | "unlimited";
  workersWait: boolean;
  queue: { capacity: number | "unlimited"; order: "fifo" | "lifo"; maxWait?: number };
  slowdown?: { perRequest: number; from: number };
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

export interface CheckedObjective {
  metric: Objective["metric"];
  atLeast?: number;
  atMost?: number;
  percentile?: number;
  of?: "answered" | "all";
}
