import { conserved } from "@breakwater/metrics";
import { homepageLadder } from "@breakwater/scenario";
import { beforeAll, expect, test } from "vitest";
import { attemptsUntilAllOpen, climb, type Rung, served } from "./testing/live-ladder.ts";

const rungs = new Map<string, Rung>();

beforeAll(async () => {
  for (const { name } of homepageLadder("calibrated")) rungs.set(name, await climb(name, 30));
}, 3_600_000);

const all = (): Rung[] => [...rungs.values()];

test("every published run serves as many pages live as in the simulator, within 15 %", () => {
  for (const { name, simulated, live } of all()) {
    // Pages come in rounds of eight workers: one round more or less is no error of the model.
    const allowed = Math.max(8, 0.15 * served(simulated));
    const distance = Math.abs(served(live) - served(simulated));
    const told = `${name}: ${served(live)} live, ${served(simulated)} simulated`;
    console.log(told);
    expect.soft(distance, told).toBeLessThanOrEqual(allowed);
  }
});

test("the ladder stands in the same order", () => {
  const names = [
    "slow, 5 s timeout",
    "slow, 0.5 s timeout, retries",
    "slow, 0.5 s timeout",
    "slow, 0.5 s timeout, circuit breakers",
  ];
  for (const side of ["simulated", "live"] as const) {
    const counts = names.map((name) => served((rungs.get(name) as Rung)[side]));
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  }
});

test("every breaker opens after the same number of calls", () => {
  for (const { name, simulated, live } of all()) {
    expect(attemptsUntilAllOpen(live), name).toBe(attemptsUntilAllOpen(simulated));
  }
});

test("nothing is lost in the books of any run", () => {
  for (const { live } of all()) expect(conserved(live.conservation)).toBe(true);
});
