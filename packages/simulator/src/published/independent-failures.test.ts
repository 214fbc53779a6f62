import { conserved } from "@breakwater/metrics";
import { independentFailures, parseScenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { runScenario } from "../run.ts";

/**
 * M. Brooker, "Fixing retries with token buckets and circuit breakers" (2022), the first two strategies: no retries,
 * and three retries, against a service that fails each call independently. In closed form, for n retries:
 * success 1 - f^(n + 1), load (1 - f^(n + 1)) / (1 - f). Within 1 %.
 */
const DURATION_S = 120;

function simulate(errorRate: number, attempts: number) {
  const scenario = independentFailures({ errorRate, attempts, duration: `${DURATION_S}s` });
  const parsed = parseScenario(JSON.stringify(scenario), "json");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runScenario(parsed.scenario);
}

const CASES = [0.01, 0.05, 0.1, 0.2, 0.5, 0.75, 1].flatMap((errorRate) =>
  [1, 4].map((attempts) => ({ errorRate, attempts })),
);

describe("independent failures", () => {
  test.each(CASES)("failing $errorRate of calls, $attempts attempts", ({ errorRate, attempts }) => {
    const { summary, endToEnd, conservation } = simulate(errorRate, attempts);
    const success = 1 - errorRate ** attempts;
    const load = errorRate === 1 ? attempts : success / (1 - errorRate);
    expect(endToEnd.calls).toBeGreaterThan(DURATION_S * 980);
    expect(Math.abs(summary.successRate - success)).toBeLessThanOrEqual(0.01 * success);
    expect(Math.abs(endToEnd.attempts / endToEnd.calls / load - 1)).toBeLessThanOrEqual(0.01);
    expect(conserved(conservation)).toBe(true);
  });
});
