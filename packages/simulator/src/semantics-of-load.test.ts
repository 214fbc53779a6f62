/** More choices that change results, each both ways: what fills a budget, who comes, and of what a percentile is. */
import type { Load, PolicyData, Scenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../test-support/run.ts";
import { edgeOf, outcomes, play, service } from "../test-support/timeline.ts";

describe("what a retry budget earns by", () => {
  const attempts = (deposit: "perCall" | "perSuccess" | undefined): number => {
    const budget = { ratio: 0.5, capacity: 1, ...(deposit === undefined ? {} : { deposit }) };
    const backoff = { kind: "constant", base: 1, jitter: "none" } as const;
    const policy: PolicyData = { idempotent: true, retry: { attempts: 2, backoff, budget } };
    const calls = Array.from({ length: 10 }, (_, index) => index * 20);
    const back = { endpoints: { go: { errorRate: 1, steps: [] } } };
    const front = service([{ call: "back", policy }]);
    return edgeOf(play({ services: { front, back }, calls }), "front -> back").attempts;
  };
  test("calls, unless told otherwise: every second failing call is retried", () => {
    expect(attempts(undefined)).toBe(15);
    expect(attempts("perCall")).toBe(15);
  });
  test("calls that are answered: only what the budget began with is spent", () => {
    expect(attempts("perSuccess")).toBe(11);
  });
});

describe("who comes", () => {
  const slow: Scenario["services"] = { shop: service([{ work: 100 }], { workers: 1 }) };
  const offered = (load: Load): number =>
    run({ duration: 1000, drain: 10_000, services: slow, load: { all: load } }).endToEnd.calls;
  test("an open load comes whatever happens, a closed one waits for its answers", () => {
    expect(offered({ kind: "open", to: "shop", rate: 100, arrivals: "constant" })).toBe(100);
    expect(offered({ kind: "closed", to: "shop", users: 1 })).toBe(10);
  });
  test("a partly open one does both: sessions come, and their next requests wait", () => {
    const sessions = { kind: "sessions", to: "shop", rate: 5, arrivals: "constant" } as const;
    expect(offered({ ...sessions, stay: 0 })).toBe(5);
    // Five customers share one worker, which is free every 100 ms: one request each time, and one per session.
    const staying = offered({ ...sessions, stay: 0.9999 });
    expect(staying).toBeGreaterThan(5);
    expect(staying).toBeLessThanOrEqual(15);
  });
});

test("a percentile is of answered calls, or of all: those that fail fast make it look better", () => {
  const services: Scenario["services"] = {
    shop: {
      endpoints: { buy: { steps: [{ work: 100 }] }, view: { errorRate: 1, steps: [{ work: 1 }] } },
    },
  };
  const load = (endpoint: string): Load => ({
    kind: "open",
    arrivals: "constant",
    to: "shop",
    rate: 10,
    endpoint,
  });
  const objectives: Scenario["objectives"] = [
    { metric: "latency", percentile: 40, atMost: 50 },
    { metric: "latency", percentile: 40, atMost: 50, of: "all" },
  ];
  const { objectives: judged } = run({
    duration: 1000,
    services,
    load: { buyers: load("buy"), viewers: load("view") },
    objectives,
  });
  expect(judged.map(({ met }) => met)).toEqual([false, true]);
});

test("messages of a partition are lost, or delivered at its end", () => {
  const at = (requests: "lost" | "redelivered") =>
    outcomes(
      play({
        services: { shop: service([{ work: 10 }]) },
        policy: { timeout: 200 },
        faults: [{ kind: "partition", service: "shop", for: 100, requests }],
      }),
    );
  expect([at("lost"), at("redelivered")]).toEqual([["200 timedOut"], ["110 ok"]]);
});
