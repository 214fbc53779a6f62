import type { PolicyData } from "../types/policy.ts";
import type { Scenario } from "../types/scenario.ts";
import type { Service } from "../types/service.ts";

export interface PoolOptions {
  /** How the customers' calls are protected. */
  policy?: PolicyData;
  seed?: number;
}

/** Four instances in turn, each with room for 16 requests. */
const POOL: Service = {
  instances: 4,
  workers: 16,
  endpoints: { answer: { steps: [{ work: { kind: "exponential", mean: "10ms" } }] } },
};

/** Each instance stops for 400 ms every few seconds, as for a full garbage collection. */
export function garbageCollection(options: PoolOptions = {}): Scenario {
  const { policy = { timeout: "1s" }, seed = 1 } = options;
  return {
    name: "garbage collection",
    seed,
    duration: "60s",
    services: { pool: POOL },
    policies: { client: policy },
    load: { callers: { kind: "open", to: "pool", rate: 200, policy: "client" } },
    faults: [
      {
        name: "collection",
        kind: "pause",
        service: "pool",
        at: "2s",
        for: "400ms",
        repeat: { gap: { kind: "exponential", mean: "8s" }, perInstance: true },
      },
    ],
    objectives: [
      { metric: "okRate", atLeast: 0.99 },
      { metric: "latency", percentile: 99, atMost: "150ms" },
    ],
  };
}

/** One instance of four answers every request with an error, and at once, so it looks the least busy of all. */
export function failingWorker(options: PoolOptions = {}): Scenario {
  const { policy = { timeout: "1s" }, seed = 1 } = options;
  return {
    name: "failing worker",
    seed,
    duration: "120s",
    services: { pool: POOL },
    policies: { client: policy },
    load: { callers: { kind: "open", to: "pool", rate: 200, policy: "client" } },
    faults: [
      { kind: "error", service: "pool", instance: 2, when: "beforeWork", at: "30s", for: "60s" },
    ],
    objectives: [
      { metric: "okRate", atLeast: 0.98 },
      { metric: "latency", percentile: 99, atMost: "150ms" },
    ],
  };
}
