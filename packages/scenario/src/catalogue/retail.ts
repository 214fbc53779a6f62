import type { PolicyData } from "../types/policy.ts";
import type { Scenario } from "../types/scenario.ts";
import type { Service } from "../types/service.ts";
import type { Step } from "../types/step.ts";

/** The figures of the shop's own breaker: 300 ms, half of the calls, 10 s; it judges from the first call on. */
const next: PolicyData = {
  timeout: "300ms",
  circuitBreaker: {
    window: { kind: "time", size: "10s" },
    failureRate: 0.5,
    minimumCalls: 1,
    openFor: "10s",
    halfOpen: { trials: 1 },
  },
};

function link(...after: Step[]): Service {
  const steps: Step[] = [{ work: "2ms" }, { call: "mongo" }, ...after];
  return { workersWait: false, endpoints: { create: { steps } } };
}

/**
 * A shop as a chain: an order is saved and paid, the payment is saved and shipped, the shipment is saved. Shipment
 * is slow for 20 s. Nothing stands in for a missing answer, so while the circuits are open customers see errors;
 * but they see them at once, nothing piles up, and all is well soon after.
 */
export function slowShipment(): Scenario {
  return {
    name: "retail, slow shipment",
    duration: "60s",
    services: {
      order: link({ call: "payment", policy: "next" }),
      payment: link({ call: "shipment", policy: "next" }),
      shipment: link(),
      mongo: {
        about: "The database that all three share.",
        workers: 100,
        endpoints: { save: { steps: [{ work: { kind: "exponential", mean: "5ms" } }] } },
      },
    },
    policies: { next },
    load: { customers: { kind: "open", to: "order", rate: 50 } },
    faults: [{ kind: "latency", service: "shipment", add: "1s", at: "20s", for: "20s" }],
    objectives: [
      { metric: "successRate", atLeast: 0.99 },
      { metric: "latency", percentile: 99, of: "all", atMost: "350ms" },
      { metric: "recoveryTime", atMost: "15s" },
    ],
  };
}
