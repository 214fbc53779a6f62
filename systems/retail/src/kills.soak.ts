import { describe, expect, test } from "vitest";
import { killRounds } from "../test-support/kill-rounds.ts";
import { ferretdbFound } from "../test-support/processes.ts";

const ROUNDS = 200;
const MINUTES = 60_000;

describe(`${ROUNDS} rounds of kill -9 under load`, () => {
  test("with the embedded store", { timeout: 20 * MINUTES }, async () => {
    const report = await killRounds({
      rounds: ROUNDS,
      store: "sqlite",
      customers: 6,
      everyMs: 60,
    });
    console.info(JSON.stringify(report));
    expect(report).toMatchObject({ rounds: ROUNDS, lost: 0, open: 0, doubled: 0, halfDone: 0 });
    expect(report.accepted).toBeGreaterThan(10 * ROUNDS);
    expect(report.completeAfterMs).toBeLessThan(10_000);
  });

  // FerretDB over SQLite reads its whole collection for every update, so it gets fewer customers.
  test.runIf(ferretdbFound)("with MongoDB's protocol", { timeout: 20 * MINUTES }, async () => {
    const report = await killRounds({
      rounds: ROUNDS,
      store: "mongodb",
      customers: 3,
      everyMs: 1000,
    });
    console.info(JSON.stringify(report));
    expect(report).toMatchObject({ rounds: ROUNDS, lost: 0, open: 0, doubled: 0, halfDone: 0 });
    expect(report.accepted).toBeGreaterThan(ROUNDS);
    expect(report.completeAfterMs).toBeLessThan(10_000);
  });
});
