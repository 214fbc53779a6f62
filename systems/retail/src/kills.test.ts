import { describe, expect, test } from "vitest";
import { killRounds } from "../test-support/kill-rounds.ts";
import { ferretdbFound } from "../test-support/processes.ts";

// FerretDB over SQLite reads its whole collection for every update, so it gets fewer customers.
const nothingWrong = { lost: 0, open: 0, doubled: 0, halfDone: 0 };

describe("orders while services are killed under load", () => {
  test("with the embedded store: none lost, none doubled, all complete", async () => {
    const report = await killRounds({ rounds: 8, store: "sqlite", customers: 6, everyMs: 60 });
    console.info(JSON.stringify(report));
    expect(report).toMatchObject(nothingWrong);
    expect(report.accepted).toBeGreaterThan(50);
    expect(report.completeAfterMs).toBeLessThan(10_000);
  });

  test.runIf(ferretdbFound)("with MongoDB's protocol, its server killed as well", async () => {
    const report = await killRounds({ rounds: 6, store: "mongodb", customers: 3, everyMs: 300 });
    console.info(JSON.stringify(report));
    expect(report).toMatchObject(nothingWrong);
    expect(report.accepted).toBeGreaterThan(20);
    expect(report.completeAfterMs).toBeLessThan(10_000);
  });
});
