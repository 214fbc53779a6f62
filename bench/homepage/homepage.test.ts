import { expect, it } from "vitest";
import { runPairs } from "./pairs.ts";
import { homepageTable } from "./table.ts";

it.runIf(process.platform === "linux")(
  "measures the homepage in pairs, at tiny counts",
  async () => {
    const counts = { rounds: 1, roundMs: 200, users: 2 };
    const told: string[] = [];
    const results = await runPairs(counts, (text) => told.push(text));
    expect(told).toEqual(["growing warm", "round 1 of 1"]);
    for (const { pagesPerSecond } of Object.values(results)) {
      expect(pagesPerSecond).toBeGreaterThan(1);
    }
    expect(results.none).toMatchObject({ rateRatio: 1 });
  },
  60_000,
);

it("judges what it found", () => {
  const one = { pagesPerSecond: 1000, cpuMsPerPage: 0.5, rateRatio: 1, cpuRatio: 1 };
  const text = (rateRatio: number): string => {
    const results = { all: { ...one, rateRatio }, none: one, bare: one };
    return homepageTable(results, { rounds: 3, roundMs: 500, users: 10 });
  };
  expect(text(0.96)).toContain("| at least 0.95 | 0.96 | met |");
  expect(text(0.94)).toContain("| at least 0.95 | 0.94 | missed |");
  expect(text(0.96)).toContain("10 users; 3 rounds of 0.5 s for each.");
});
