import type { RunResult } from "@breakwater/metrics";
import { parseScenario, retryStorm } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { runScenario } from "../run.ts";

/**
 * Bronson et al., "Metastable Failures in Distributed Systems" (HotOS 2021), section 2.1: a database that can do 300
 * queries per second, each query tried again after a second, ten seconds without network. The published threshold: it
 * never recovers when load x attempts exceeds its capacity, that is from 150 queries per second on.
 */
const WINDOW_FROM_MS = 500_000;
const WINDOW_S = 100;

function run(rate: number, attempts: number, seed: number): RunResult {
  const parsed = parseScenario(JSON.stringify(retryStorm({ rate, attempts, seed })), "json");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runScenario(parsed.scenario);
}

/** Per second, from 500 to 600 s: the paper's system has long settled by then. */
function perSecond(result: RunResult, of: "ok" | "attempts"): number {
  const column = result.endToEnd.series[of];
  let sum = 0;
  for (const [i, startMs] of result.timeMs.entries()) {
    if (startMs >= WINDOW_FROM_MS && startMs < result.durationMs) sum += column[i] ?? 0;
  }
  return sum / WINDOW_S;
}

function runs(rate: number, attempts: number, seeds: number): RunResult[] {
  return Array.from({ length: seeds }, (_, i) => run(rate, attempts, i + 1));
}

describe("a retry storm", () => {
  test("at 280 queries per second never ends: no goodput, 560 attempts per second", () => {
    const results = runs(280, 2, 3);
    for (const result of results) expect(perSecond(result, "ok")).toBe(0);
    const attempts = results.reduce((sum, result) => sum + perSecond(result, "attempts"), 0) / 3;
    expect(Math.abs(attempts / 559.8 - 1)).toBeLessThanOrEqual(0.01);
  });

  test("ends below the threshold: 3 % under 150 queries per second all seeds recover", () => {
    for (const result of runs(145, 2, 4)) {
      expect(perSecond(result, "ok")).toBeGreaterThan(0.97 * 145);
      expect(result.summary.recoveryMs).not.toBeNull();
    }
  });

  test("never ends above it: 3 % over 150 queries per second no seed recovers", () => {
    for (const result of runs(154.5, 2, 4)) {
      expect(perSecond(result, "ok")).toBe(0);
      expect(result.summary.recoveryMs).toBeNull();
    }
  });

  test("cannot happen without retries, and takes as long to end as the backlog takes to drain", () => {
    // 10 s of 280 queries per second, drained at the 20 per second that the database has to spare: 140 s.
    const results = runs(280, 1, 4);
    let drained = 0;
    for (const result of results) {
      expect(Math.abs(perSecond(result, "ok") / 279.9 - 1)).toBeLessThanOrEqual(0.02);
      drained += (result.summary.recoveryMs as number) / 1000 / results.length;
    }
    expect(drained).toBeGreaterThan(140 * 0.75);
    expect(drained).toBeLessThan(140 * 1.25);
  });

  test("wastes nearly all work while it lasts", () => {
    expect(run(280, 2, 1).summary.wastedWork).toBeGreaterThan(0.9);
  });
});
