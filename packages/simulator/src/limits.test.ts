/** Limits on our own side, in scenarios as a user writes them: what they let through, and whom they protect. */
import { conserved, type RunResult } from "@breakwater/metrics";
import { parseScenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { edgeOf } from "../test-support/timeline.ts";
import { runScenario } from "./run.ts";

function run(yaml: string): RunResult {
  const parsed = parseScenario(yaml, "yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const result = runScenario(parsed.scenario);
  expect(conserved(result.conservation)).toBe(true);
  return result;
}

describe("a bulkhead on an edge", () => {
  /** Ten workers show pages and answer searches; from the fifth second on, the search engine hangs. */
  const shop = (policy: string) =>
    run(`
duration: 20s
drain: 60s
services:
  shop:
    workers: 10
    endpoints:
      page: { steps: [{ work: 10ms }] }
      search: { steps: [{ call: engine, policy: ${policy} }] }
  engine: { workers: unlimited, endpoints: { find: { steps: [{ work: 20ms }] } } }
load:
  readers: { kind: open, to: shop, endpoint: page, rate: 50, policy: { timeout: 1s } }
  seekers: { kind: open, to: shop, endpoint: search, rate: 50, policy: { timeout: 1s } }
faults:
  - { kind: latency, service: engine, at: 5s, for: 15s, add: 10s }
`);
  const served = (result: RunResult) => {
    const { calls, outcomes } = edgeOf(result, "readers -> shop/page");
    return outcomes.ok / calls;
  };

  test("keeps a slow dependency from taking all workers", () => {
    const alone = shop("{}");
    const guarded = shop("{ bulkhead: { concurrent: 4 } }");
    expect(served(alone)).toBeLessThan(0.5);
    expect(served(guarded)).toBe(1);
    expect(edgeOf(guarded, "shop -> engine").outcomes.rejected).toBeGreaterThan(500);
  });

  test("has a place free when an attempt is given up, since its connection is closed then", () => {
    const { attempts, outcomes } = edgeOf(
      shop("{ timeout: 100ms, bulkhead: { concurrent: 4 } }"),
      "shop -> engine",
    );
    // In 15 s, 4 places can time out 600 times.
    expect(outcomes.timedOut).toBeGreaterThan(400);
    expect(outcomes.timedOut).toBeLessThanOrEqual(600);
    expect(attempts).toBe(outcomes.ok + outcomes.timedOut);
  });

  test("lets some wait in line, and loses fewer of a burst", () => {
    const burst = (queue: string) =>
      run(`
duration: 1s
services:
  engine: { workers: 4, endpoints: { find: { steps: [{ work: 10ms }] } } }
load:
  seekers:
    kind: open
    arrivals: constant
    to: engine
    rate: 1000
    end: 40ms
    policy: { bulkhead: { concurrent: 4, queue: ${queue} } }
`).endToEnd;
    // The places are never idle while calls come; the 8 in line then are served after the last has come.
    const [none, some] = [burst("{ size: 0 }"), burst("{ size: 8 }")];
    expect(some.calls).toBe(none.calls);
    expect(some.outcomes.ok).toBe(none.outcomes.ok + 8);
  });
});

test.each([
  ["instance", 2],
  ["edge", 1],
  ["worker", 6],
] as const)(
  "limits belong to a process, as breakers do: per %s, %i at the same time",
  (scope, places) => {
    const result = run(`
duration: 100ms
semantics: { breakerScope: ${scope} }
services:
  shop:
    instances: 2
    workers: 3
    endpoints: { search: { steps: [{ call: engine, policy: { bulkhead: { concurrent: 1 } } }] } }
  engine: { workers: unlimited, endpoints: { find: { steps: [{ work: 1s }] } } }
load:
  seekers: { kind: open, arrivals: constant, to: shop, rate: 60, end: 100ms }
`);
    expect(edgeOf(result, "shop -> engine").attempts).toBe(places);
  },
);

describe("a rate limiter on an edge", () => {
  const limited = (limiter: string) =>
    edgeOf(
      run(`
duration: 20s
bucket: 100ms
services:
  api: { workers: unlimited, endpoints: { ask: { steps: [{ work: 5ms }] } } }
load:
  clients: { kind: open, to: api, rate: 500, policy: { rateLimiter: ${limiter} } }
`),
      "clients -> api",
    );

  test.each([1, 10])("with a burst of %i lets through burst + rate x time, exactly", (burst) => {
    const { attempts, outcomes, calls } = limited(`{ limit: 100, burst: ${burst} }`);
    expect(attempts).toBeLessThanOrEqual(burst + 100 * 20);
    expect(attempts).toBeGreaterThan(0.8 * 100 * 20);
    expect(outcomes.rejected).toBe(calls - attempts);
  });

  test("holds the rate in any stretch of time", () => {
    const { series } = limited("{ limit: 100, burst: 10 }");
    for (let from = 0; from < series.attempts.length; from++) {
      let sum = 0;
      for (let to = from; to < series.attempts.length; to++) {
        sum += series.attempts[to] ?? 0;
        // Buckets of 100 ms: ten permits each.
        expect(sum).toBeLessThanOrEqual(10 + 10 * (to - from + 1));
      }
    }
  });

  test("uses its whole rate when attempts may wait for their turn", () => {
    const { series, attempts } = limited("{ limit: 100, burst: 1, maxWait: 1s }");
    const perSecond = series.attempts.slice(10, 190);
    expect(perSecond).toEqual(perSecond.map(() => 10));
    // 2,000 in 20 s, and whoever still waited then: a second's worth.
    expect(attempts).toBeGreaterThanOrEqual(2095);
    expect(attempts).toBeLessThanOrEqual(2101);
  });

  test("with a sliding window lets no more than its limit into any window", () => {
    const { series } = limited("{ kind: slidingWindow, limit: 100 }");
    for (let from = 0; from + 10 <= series.attempts.length; from++) {
      const sum = series.attempts.slice(from, from + 10).reduce((all, each) => all + each, 0);
      expect(sum).toBeLessThanOrEqual(100);
    }
  });
});
