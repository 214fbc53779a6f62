import type { Duration } from "@breakwater/policy";
import type { Scenario } from "../types/scenario.ts";

export interface RetryStormOptions {
  /** Queries per second; the database can do 300. */
  rate?: number;
  /** All tries of a query, the first included. */
  attempts?: number;
  duration?: Duration;
  seed?: number;
}

/**
 * The metastable failure of Bronson et al., "Metastable Failures in Distributed Systems" (HotOS 2021), section 2.1:
 * a healthy database, clients that try again after a second, and a network that is gone for ten seconds and then
 * delivers everything at once. Above half of its capacity the database never comes back, though nothing is wrong
 * any more: every query times out, is asked twice, and so the queue never empties.
 */
export function retryStorm(options: RetryStormOptions = {}): Scenario {
  const { rate = 280, attempts = 2, duration = "600s", seed = 1 } = options;
  return {
    name: "retry storm",
    seed,
    duration,
    drain: 0,
    services: {
      database: {
        workers: 30,
        queue: { capacity: "unlimited", order: "fifo" },
        endpoints: { query: { steps: [{ work: { kind: "exponential", mean: "100ms" } }] } },
      },
    },
    policies: {
      client: {
        idempotent: true,
        timeout: "1s",
        retry: { attempts, backoff: { kind: "constant", base: 0, jitter: "none" } },
      },
    },
    load: { clients: { kind: "open", to: "database", rate, policy: "client" } },
    faults: [
      { kind: "partition", service: "database", at: "20s", for: "10s", requests: "redelivered" },
    ],
    objectives: [
      { metric: "successRate", atLeast: 0.9 },
      { metric: "recoveryTime", atMost: "3min" },
      { metric: "wastedWork", atMost: 0.1 },
    ],
  };
}
