import { expect, it } from "vitest";
import type { Program, Round } from "./rounds.ts";
import { homepageRounds } from "./rounds.ts";
import { sizesTable } from "./sizes.ts";
import { roundsTable } from "./table.ts";

it("lives through the homepage in every program that there is, with the same outcome", async () => {
  const found = await homepageRounds(40, 2);
  for (const rounds of found.rounds.values()) expect(rounds).toHaveLength(2);
  expect(found.rounds.has("ours")).toBe(true);
  // Each pair of programs is there, or a line says how to get it.
  expect(found.missing).toHaveLength(
    Number(!found.rounds.has("naive")) + Number(!found.rounds.has("simpy")),
  );
  const text = roundsTable(found);
  expect(text).toContain("| Breakwater | ");
  for (const line of found.missing) expect(text).toContain(line);
}, 60_000);

it("tells how a run grows", () => {
  const text = sizesTable({ pending: [10, 100], services: 10, repeats: 1 });
  expect(text).toContain("| Events pending | 10 | 100 |");
  expect(text).toContain("10 services, 100 instances, 1,000 requests per second");
}, 60_000);

const round = (wallMs: number, more: Partial<Round> = {}): Round => ({
  requests: 1000,
  wallMs,
  ok: 990,
  degraded: 150,
  attempts: [1000, 850, 1000],
  opened: [0, 20, 0],
  ...more,
});
const table = (rounds: readonly (readonly [Program, readonly Round[]])[]): string =>
  roundsTable({ rounds: new Map(rounds), missing: [] });

it("judges by the ratios of rounds that were next to each other", () => {
  const ours = [round(10), round(20), round(30)];
  const text = table([
    ["ours", ours],
    ["naive", [round(10), round(10), round(20)]],
    ["simpy", [round(450), round(900), round(1000)]],
  ]);
  expect(text).toContain("| times as fast as SimPy | at least 45 | 45 | met |");
  expect(text).toContain("| at most 1.6 | 1.5 | met |");
  expect(text).toContain("| Breakwater | 50000 | 20.00 | 99.00 % | 15.00 % | 2850 | 20 |");
});

it("refuses to compare programs that lived through something else", () => {
  const other = [round(10, { degraded: 300 })];
  expect(() =>
    table([
      ["ours", [round(10)]],
      ["naive", other],
    ]),
  ).toThrow("the share of degraded answers is 0.3, ours 0.15; allowed: 0.03 apart");
});
