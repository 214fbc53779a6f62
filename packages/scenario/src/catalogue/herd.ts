import type { PolicyData } from "../types/policy.ts";
import type { Scenario } from "../types/scenario.ts";

export interface ThunderingHerdOptions {
  /** What the customers' app does; tries five times, a second apart, unless set. */
  policy?: PolicyData;
  seed?: number;
}

/** Tries five times, whatever happens to everybody else. */
const EAGER: PolicyData = {
  idempotent: true,
  timeout: "2s",
  retry: { attempts: 5, backoff: { kind: "constant", base: "1s", jitter: "none" } },
};

/**
 * A shop is gone for ten seconds. When it is back, everybody who waited comes at once. None of them is served before
 * its app gives up and asks again, so the shop works for people who have left, long after the herd would be served.
 */
export function thunderingHerd({ policy = EAGER, seed = 1 }: ThunderingHerdOptions = {}): Scenario {
  return {
    name: "thundering herd",
    seed,
    duration: "180s",
    services: {
      shop: {
        workers: 10,
        endpoints: { page: { steps: [{ work: { kind: "exponential", mean: "100ms" } }] } },
      },
    },
    policies: { app: policy },
    load: {
      customers: { kind: "open", to: "shop", rate: 40, policy: "app" },
      herd: { kind: "herd", to: "shop", users: 2000, after: "outage", policy: "app" },
    },
    faults: [{ name: "outage", kind: "crash", service: "shop", at: "30s", for: "10s" }],
    objectives: [
      { metric: "recoveryTime", atMost: "60s" },
      { metric: "wastedWork", atMost: 0.6 },
    ],
  };
}
