import { conserved, type RunResult } from "@breakwater/metrics";
import { type HomepagePace, homepageLadder, parseScenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { LADDER_REFERENCE, type LadderPrediction } from "../../test-support/ladder-reference.ts";
import { runScenario } from "../run.ts";

/**
 * A. Brookins, "Demonstrating Timeouts, Retries, and Circuit Breakers with an Outage Simulator" (2018): what an
 * independent model of his system predicts for each of his runs, at both paces, as means over seeds. His own graphs are
 * gone; his words are held to in the orderings below. Tolerances: 5 % on counts, 10 % on tails.
 */
const SEEDS = 20;

/** Every run through the public language: as text, checked, resolved, run. */
function ladder(pace: HomepagePace): ReadonlyMap<string, readonly RunResult[]> {
  return new Map(
    homepageLadder(pace).map(({ name, scenario }) => {
      const parsed = parseScenario(JSON.stringify(scenario), "json");
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      // Without a slow service nothing in these runs is random.
      const seeds = name.startsWith("slow") ? SEEDS : 1;
      const runs = Array.from({ length: seeds }, (_, i) =>
        runScenario(parsed.scenario, { seed: i + 1 }),
      );
      return [name, runs];
    }),
  );
}

function mean(runs: readonly RunResult[], of: (run: RunResult) => number): number {
  return runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
}

const served = (run: RunResult) => run.summary.servedInDuration;

describe.each(["fast", "calibrated"] as const)("the homepage ladder, %s", (pace) => {
  const results = ladder(pace);
  const runs = (name: string) => results.get(name) as readonly RunResult[];
  const meanServed = (name: string) => mean(runs(name), served);
  const recommendations = (run: RunResult) =>
    run.edges.find(({ name }) => name === "homepage -> recommendations");

  test("has every published run", () => {
    expect([...results.keys()].sort()).toEqual(Object.keys(LADDER_REFERENCE).sort());
  });

  test.each(Object.keys(LADDER_REFERENCE))("%s", (name) => {
    const expected = (LADDER_REFERENCE[name] as Record<HomepagePace, LadderPrediction>)[pace];
    expect(Math.abs(meanServed(name) / expected.served - 1)).toBeLessThanOrEqual(0.05);
    if (expected.tailS === undefined) return;
    const tailS = mean(runs(name), (run) => run.summary.tailMs) / 1000;
    expect(Math.abs(tailS / expected.tailS - 1)).toBeLessThanOrEqual(0.1);
  });

  test("throughput under a slow dependency is workers / (other work + timeout)", () => {
    const otherS = pace === "fast" ? 0.02 : 0.55;
    for (const timeoutS of [0.5, 1, 5]) {
      const name = `slow, ${timeoutS} s timeout`;
      // Ten users in lockstep on eight workers: whole rounds only, so up to one round fewer.
      const limit = (30 * 8) / (otherS + timeoutS);
      expect(meanServed(name)).toBeLessThanOrEqual(limit);
      expect(meanServed(name)).toBeGreaterThan(limit - 9);
    }
  });

  test("a call with retries makes four attempts", () => {
    for (const run of runs("slow, 0.5 s timeout, retries")) {
      const edge = recommendations(run);
      expect(edge?.attempts).toBe(4 * (edge?.calls ?? 0));
    }
  });

  test("exactly 40 calls reach the slow service before all eight breakers are open", () => {
    for (const name of ["slow, 0.5 s timeout, circuit breakers", "outage, circuit breakers"]) {
      for (const run of runs(name)) {
        expect(recommendations(run)?.circuit?.breakers).toBe(8);
        expect(recommendations(run)?.circuit?.attemptsUntilAllOpen).toBe(40);
        expect(recommendations(run)?.attempts).toBe(40);
      }
    }
  });

  test("the tail is the abandoned calls' work divided by the workers", () => {
    const ownS = pace === "fast" ? 7.51 : 7.95;
    for (const name of ["slow, 0.5 s timeout", "slow, 0.5 s timeout, retries"]) {
      const tailS = mean(runs(name), (run) => run.summary.tailMs) / 1000;
      const calls = mean(runs(name), (run) => recommendations(run)?.attempts ?? 0);
      expect(Math.abs(tailS / ((calls * ownS) / 8 - 30) - 1)).toBeLessThanOrEqual(0.1);
      expect(runs(name).every((run) => run.summary.tailService === "recommendations")).toBe(true);
    }
  });

  test("the runs stand in the published order", () => {
    const none = meanServed("slow, no timeout");
    expect(meanServed("slow, circuit breakers only")).toBe(none);
    expect(meanServed("slow, retries only")).toBe(none);
    const rising = [
      "slow, no timeout",
      "slow, 5 s timeout",
      "slow, 0.5 s timeout, retries",
      "slow, 0.5 s timeout",
      "slow, 0.5 s timeout, circuit breakers",
    ].map(meanServed);
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(new Set(rising).size).toBe(rising.length);
    expect(meanServed("outage, circuit breakers")).toBe(meanServed("outage"));
  });

  test("nothing is lost in any run", () => {
    for (const run of [...results.values()].flat()) {
      expect(conserved(run.conservation)).toBe(true);
      expect(run.drained).toBe(true);
    }
  });
});
