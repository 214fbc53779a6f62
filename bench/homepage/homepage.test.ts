import { expect, it } from "vitest";
import { runPairs } from "./pairs.ts";
import { homepageTable } from "./table.ts";

it.runIf(process.platform === "linux")(
  "measures the homepage in pairs, at tiny counts",
  async () => {
    const results = await runPairs({ rounds: 2, turnMs: 100, users: 2 });
    for (const { pagesPerSecond, cpuMsPerPage } of Object.values(results)) {
      expect(pagesPerSecond).toBeGreaterThan(1);
      expect(cpuMsPerPage).toBeGreaterThan(0);
    }
  },
  60_000,
);

it("judges what it found", () => {
  const none = { pagesPerSecond: 1000, cpuMsPerPage: 0.5 };
  const text = (pagesPerSecond: number): string => {
    const results = { all: { pagesPerSecond, cpuMsPerPage: 0.51 }, none, bare: none };
    return homepageTable(results, { rounds: 3, turnMs: 500, users: 10 });
  };
  expect(text(960)).toContain("| at least 0.95 | 0.96 | met |");
  expect(text(940)).toContain("| at least 0.95 | 0.94 | missed |");
  expect(text(960)).toContain("10 users; 3 turns of 500 ms for each.");
  expect(text(960)).toContain("| all policies | 960 | 0.960 | 0.510 | 1.020 |");
});
