import { conserved } from "@breakwater/metrics";
import { parseScenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { runScenario } from "../run.ts";

/**
 * M. Brooker, "Fixing retries with token buckets and circuit breakers" (2022), the third strategy: three retries out
 * of a token bucket. A hundred clients make ten calls a second each for ten seconds, to a service that fails each
 * call independently. A client's bucket holds five tokens, starts full, earns a tenth per call, and each retry takes
 * one. (There a retry needs more than one token, here at least one: it comes a tenth of a token later.) Within 0.01.
 */
const CLIENTS = 100;
const SEEDS = [1, 2, 3];

function scenario(errorRate: number, seed: number): string {
  const clients = Array.from(
    { length: CLIENTS },
    (_, i) =>
      `  client${i}: { kind: open, to: service, rate: 10, policy: client, network: *network }`,
  );
  return `
duration: 10s
seed: ${seed}
services:
  service: { endpoints: { answer: { errorRate: ${errorRate}, steps: [] } } }
policies:
  client:
    idempotent: true
    retry:
      attempts: 4
      backoff: { kind: constant, base: 0, jitter: none }
      budget: { ratio: 0.1, capacity: 5 }
load:
${clients.join("\n").replace("*network", "&network { latency: { kind: exponential, mean: 10ms } }")}
`;
}

function simulate(errorRate: number) {
  let calls = 0;
  let ok = 0;
  let attempts = 0;
  for (const seed of SEEDS) {
    const parsed = parseScenario(scenario(errorRate, seed), "yaml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { endToEnd, conservation } = runScenario(parsed.scenario);
    expect(conserved(conservation)).toBe(true);
    calls += endToEnd.calls;
    ok += endToEnd.outcomes.ok;
    attempts += endToEnd.attempts;
  }
  return { calls, success: ok / calls, load: attempts / calls };
}

const PUBLISHED = [
  { errorRate: 0.01, success: 1, load: 1.011 },
  { errorRate: 0.05, success: 1, load: 1.051 },
  { errorRate: 0.1, success: 0.993, load: 1.104 },
  { errorRate: 0.2, success: 0.913, load: 1.135 },
  { errorRate: 0.5, success: 0.572, load: 1.142 },
  { errorRate: 0.75, success: 0.288, load: 1.143 },
  { errorRate: 1, success: 0, load: 1.144 },
];

describe("retries out of a token bucket", () => {
  test.each(PUBLISHED)("failing $errorRate of calls", ({ errorRate, success, load }) => {
    const found = simulate(errorRate);
    expect(found.calls).toBeGreaterThan(SEEDS.length * CLIENTS * 98);
    expect(Math.abs(found.success - success)).toBeLessThanOrEqual(0.01);
    expect(Math.abs(found.load - load)).toBeLessThanOrEqual(0.01);
  });
});
