import type { Load, Scenario } from "@breakwater/scenario";
import { mean, simulate, table } from "./simulate.ts";

/** What Brooker's third strategy gave: share of calls that succeeded, and attempts per call. */
const PUBLISHED = [
  [0.01, 1, 1.011],
  [0.05, 1, 1.051],
  [0.1, 0.993, 1.104],
  [0.2, 0.913, 1.135],
  [0.5, 0.572, 1.142],
  [0.75, 0.288, 1.143],
  [1, 0, 1.144],
] as const;
const CLIENTS = 100;

/** A hundred clients with a budget each, as in packages/simulator/src/published/token-bucket.test.ts. */
function scenario(errorRate: number): Scenario {
  const client: Load = {
    kind: "open",
    to: "service",
    rate: 10,
    policy: "client",
    network: { latency: { kind: "exponential", mean: "10ms" } },
  };
  return {
    duration: "10s",
    services: { service: { endpoints: { answer: { errorRate, steps: [] } } } },
    policies: {
      client: {
        idempotent: true,
        retry: {
          attempts: 4,
          backoff: { kind: "constant", base: 0, jitter: "none" },
          budget: { ratio: 0.1, capacity: 5 },
        },
      },
    },
    load: Object.fromEntries(Array.from({ length: CLIENTS }, (_, i) => [`client${i}`, client])),
  };
}

export function publishedRetryBudget(): string {
  const rows = PUBLISHED.map(([errorRate, success, load]) => {
    const runs = simulate(scenario(errorRate), 3);
    return [
      `${errorRate}`,
      success.toFixed(3),
      mean(runs, ({ endToEnd }) => endToEnd.outcomes.ok / endToEnd.calls).toFixed(3),
      load.toFixed(3),
      mean(runs, ({ endToEnd }) => endToEnd.attempts / endToEnd.calls).toFixed(3),
    ];
  });
  return table(["f", "Success, published", "Success, ours", "Load, published", "Load, ours"], rows);
}
