import type { Duration } from "@breakwater/policy";
import type { Scenario } from "../types/scenario.ts";

export interface IndependentFailuresOptions {
  /** Share of requests that the service answers with an error. */
  errorRate?: number;
  /** All tries of a call, the first included. */
  attempts?: number;
  duration?: Duration;
  seed?: number;
}

/**
 * Retries at their best: a service that is never full and fails each request independently with probability f, as
 * in Brooker, "Fixing retries with token buckets and circuit breakers" (2022). With n attempts a call succeeds with
 * probability 1 - f^n and makes (1 - f^n) / (1 - f) attempts on average.
 */
export function independentFailures(options: IndependentFailuresOptions = {}): Scenario {
  const { errorRate = 0.2, attempts = 4, duration = "10s", seed = 1 } = options;
  return {
    name: "independent failures",
    seed,
    duration,
    services: { service: { endpoints: { answer: { errorRate, steps: [] } } } },
    policies: {
      client: {
        idempotent: true,
        retry: { attempts, backoff: { kind: "constant", base: 0, jitter: "none" } },
      },
    },
    load: {
      clients: {
        kind: "open",
        to: "service",
        rate: 1000,
        policy: "client",
        network: { latency: { kind: "exponential", mean: "10ms" } },
      },
    },
    objectives: [
      { metric: "successRate", atLeast: 0.99 },
      { metric: "amplification", atMost: 1.5 },
    ],
  };
}
