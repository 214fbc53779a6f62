import { formatDuration } from "@breakwater/policy";
import type { Fault } from "../types/fault.ts";
import type { Objective } from "../types/objective.ts";
import type { PolicyData } from "../types/policy.ts";
import type { Scenario } from "../types/scenario.ts";
import type { Service } from "../types/service.ts";
import type { Step } from "../types/step.ts";

/**
 * The homepage system of a well-known outage demonstration: a homepage that asks for a user's permissions, for
 * recommendations (which ask for the permissions again) and for popular items. Each service is one instance with
 * 8 synchronous workers; 10 users without think time. Without recommendations the page shows none.
 *
 * Two paces, because the demonstration does not tell its service times: "fast" answers in 30 ms, as its containers
 * would when idle; "calibrated" in 1 s, which fits the throughput and the long tail that its author saw.
 */
export type HomepagePace = "fast" | "calibrated";

/** "refused": no connection to recommendations. "slow": they take 5 to 10 whole seconds longer. */
export type HomepageFault = "none" | "refused" | "slow";

/** The switches of the demonstration. */
export interface HomepageFlags {
  /** Seconds that one attempt may take; the demonstration's default of 60 s unless set. */
  timeout?: number;
  /** Three more attempts of the calls that only read. */
  retries?: boolean;
  /** A breaker per worker on each of the homepage's calls. */
  circuitBreakers?: boolean;
}

export interface HomepageOptions extends HomepageFlags {
  pace: HomepagePace;
  fault: HomepageFault;
  duration?: string;
  users?: number;
  seed?: number;
}

const DEFAULT_TIMEOUT_S = 60;

/** Own work of each service: recommendations together with their call to authentication take 10 and 450 ms. */
const WORK = {
  fast: { authentication: "2ms", recommendations: "8ms", popular: "8ms", homepage: "10ms" },
  calibrated: {
    authentication: "50ms",
    recommendations: "400ms",
    popular: "200ms",
    homepage: "300ms",
  },
} as const;

const OBJECTIVES: Readonly<Record<HomepagePace, Objective[]>> = {
  fast: [
    { metric: "successRate", atLeast: 0.99 },
    { metric: "goodput", atLeast: 250 },
    { metric: "latency", percentile: 99, atMost: "500ms" },
  ],
  calibrated: [
    { metric: "successRate", atLeast: 0.99 },
    { metric: "goodput", atLeast: 7 },
    { metric: "latency", percentile: 99, atMost: "3s" },
  ],
};

/**
 * The policies that the switches make, one per call. The demonstration meant its retries to back off with full
 * jitter, but left the factor of its backoff at zero, so they were immediate; so are these.
 */
export function homepagePolicies(flags: HomepageFlags = {}): Record<string, PolicyData> {
  const timeout = formatDuration((flags.timeout ?? DEFAULT_TIMEOUT_S) * 1000);
  const breaker: PolicyData = flags.circuitBreakers
    ? {
        circuitBreaker: {
          window: { kind: "consecutive", failures: 5 },
          openFor: "30s",
          halfOpen: { trials: 1 },
        },
      }
    : {};
  const retry: PolicyData = flags.retries
    ? { retry: { attempts: 4, backoff: { kind: "constant", base: 0, jitter: "none" } } }
    : {};
  const read: PolicyData = { idempotent: true, timeout, ...retry, ...breaker };
  return {
    authentication: { timeout, ...breaker },
    recommendations: { ...read, fallback: { value: [] } },
    "popular-items": read,
    "recommendations-authentication": { timeout },
  };
}

function service(endpoint: string, steps: Step[]): Service {
  return { workers: 8, endpoints: { [endpoint]: { steps } } };
}

function faultsOf(fault: HomepageFault): Fault[] {
  const service = "recommendations";
  if (fault === "none") return [];
  if (fault === "refused") return [{ kind: "refused", service }];
  return [
    {
      kind: "latency",
      service,
      add: { kind: "uniform", min: "5s", max: "10s", step: "1s" },
    },
  ];
}

/** The homepage system with one of its faults for the whole run, and with the policies that the switches make. */
export function homepage(options: HomepageOptions): Scenario {
  const { pace, fault, duration = "30s", users = 10, seed = 1 } = options;
  const work = WORK[pace];
  return {
    name: `homepage, ${pace}, recommendations ${fault === "none" ? "healthy" : fault}`,
    seed,
    duration,
    drain: "15min",
    services: {
      homepage: service("page", [
        { call: "authentication", policy: "authentication" },
        { call: "recommendations", policy: "recommendations", optional: true },
        { call: "popular-items", policy: "popular-items" },
        { work: work.homepage },
      ]),
      authentication: service("permissions", [{ work: work.authentication }]),
      recommendations: service("list", [
        { call: "authentication", policy: "recommendations-authentication" },
        { work: work.recommendations },
      ]),
      "popular-items": service("list", [{ work: work.popular }]),
    },
    policies: homepagePolicies(options),
    load: { browsers: { kind: "closed", to: "homepage", users } },
    faults: faultsOf(fault),
    objectives: OBJECTIVES[pace],
    semantics: { breakerScope: "worker" },
  };
}
