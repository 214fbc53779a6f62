import { conserved } from "@breakwater/metrics";
import { beforeAll, expect, test } from "vitest";
import { attemptsUntilAllOpen, climb, type Rung, served } from "./testing/live-ladder.ts";

/** Three rungs of the ladder, ten seconds each; the soak tests climb all of it. From worst to best. */
const NAMES = ["slow, 0.5 s timeout", "baseline", "slow, 0.5 s timeout, circuit breakers"];
const rungs: Rung[] = [];

beforeAll(async () => {
  for (const name of NAMES) rungs.push(await climb(name, 10));
}, 180_000);

test("live, as many pages are served as in the simulator, within 15 %", () => {
  for (const { name, simulated, live } of rungs) {
    const error = Math.abs(served(live) / served(simulated) - 1);
    expect(error, `${name}: ${served(live)} live, ${served(simulated)} simulated`).toBeLessThan(
      0.15,
    );
  }
});

test("live, the runs stand in the same order", () => {
  const live = rungs.map((rung) => served(rung.live));
  expect(live).toEqual(live.toSorted((a, b) => a - b));
});

test("live, the breakers open after the same number of slow calls", () => {
  const guarded = rungs.at(-1) as Rung;
  expect(attemptsUntilAllOpen(guarded.simulated)).toBe(40);
  expect(attemptsUntilAllOpen(guarded.live)).toBe(40);
});

test("live, nothing is lost in the books, and the result says what it is", () => {
  for (const { live } of rungs) {
    expect(live.conservation.filter(({ balanced }) => !balanced)).toEqual([]);
    expect(conserved(live.conservation)).toBe(true);
    expect(live.mode).toBe("live");
  }
});
