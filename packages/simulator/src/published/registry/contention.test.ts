import { describe, expect, test } from "vitest";
import { BACKOFFS, lockContention } from "../models/lock-contention.ts";
import { type BackoffName, contention } from "./contention.ts";

const names = Object.keys(BACKOFFS) as BackoffName[];

/** Names from the smallest to the largest. */
function ordered(clients: number, by: "writes" | "doneMs", of: readonly BackoffName[]) {
  const found = new Map(of.map((name) => [name, contention(clients, name, 20)[by]]));
  return [...of].sort((a, b) => (found.get(a) as number) - (found.get(b) as number));
}

describe("clients that contend for one row", () => {
  test.each(names)("two of them take three writes, whatever the wait: %s", (name) => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(lockContention(2, BACKOFFS[name], seed).writes).toBe(3);
    }
  });

  test.each([
    [50, names],
    [100, names],
  ])("%s of them: jitter makes the fewest writes, and none the most", (clients, all) => {
    const [fewest, second, third, ...rest] = ordered(clients, "writes", all);
    expect([fewest, second, third]).toEqual(["FullJitter", "EqualJitter", "Decorrelated"]);
    expect(rest).toEqual(["Exponential", "None"]);
  });

  test.each([20, 50, 100])(
    "%s of them: done first without a wait, last without jitter",
    (clients) => {
      expect(ordered(clients, "doneMs", names)).toEqual([
        "None",
        "Decorrelated",
        "FullJitter",
        "EqualJitter",
        "Exponential",
      ]);
    },
  );

  test("a hundred: jitter takes 57 % fewer writes than plain backoff, and a thirteenth of the time", () => {
    const plain = contention(100, "Exponential", 20);
    const jittered = contention(100, "FullJitter", 20);
    expect(jittered.writes / plain.writes).toBeCloseTo(0.43, 2);
    expect(Math.abs(plain.doneMs / jittered.doneMs - 13)).toBeLessThan(1);
  });

  test("everybody succeeds in the end, and the same seed gives the same numbers", () => {
    const once = lockContention(100, BACKOFFS.FullJitter, 7);
    expect(once.changed).toBe(100);
    expect(lockContention(100, BACKOFFS.FullJitter, 7)).toEqual(once);
    expect(lockContention(100, BACKOFFS.FullJitter, 8)).not.toEqual(once);
  });
});
