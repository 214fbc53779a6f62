import { describe, expect, test } from "vitest";
import { answers, play, service } from "../../../test-support/timeline.ts";

const lose = (share: number, at = 0, lasts = 60) =>
  ({ kind: "capacity", service: "shop", lose: share, at, for: lasts }) as const;

/** How many of ten customers are served at once under these faults. */
function workersLeft(workers: number | "unlimited", ...shares: number[]): number {
  const shop = service([{ work: 5 }], { workers });
  const faults = shares.map((share, index) => ({ ...lose(share), name: `fault ${index}` }));
  const calls = new Array<number>(10).fill(1);
  const { series } = play({ services: { shop }, calls, faults }).endToEnd;
  return series.ok[6] ?? 0;
}

describe("a capacity fault", () => {
  test("takes workers away: running requests finish, fewer are taken up, all at its end", () => {
    const shop = service([{ work: 40 }], { workers: 4 });
    const small = {
      services: { shop },
      calls: [0, 0, 0, 0, 20, 20, 20],
      faults: [lose(0.5, 10, 50)],
    };
    // Two start at 40, when all four are done; the third at 60, when the workers are back.
    expect(answers(small)).toEqual(["40 ok x4", "80 ok x2", "100 ok"]);
    expect(play(small).faults[0]?.struck).toBe(1);
  });

  test("rounds what is left up to whole workers", () => {
    expect(workersLeft(3, 0.5)).toBe(2);
    expect(workersLeft(10, 0.1)).toBe(9);
    expect(workersLeft(10, 0.7)).toBe(3);
    expect(workersLeft(1, 0.99)).toBe(1);
  });

  test("may take all of them: requests wait for its end", () => {
    const shop = service([{ work: 40 }], { workers: 4 });
    expect(answers({ services: { shop }, calls: [10], faults: [lose(1)] })).toEqual(["100 ok"]);
    expect(workersLeft(4, 1)).toBe(0);
  });

  test("adds up with others that overlap, and gives back its own share only", () => {
    expect(workersLeft(4, 0.25, 0.5)).toBe(1);
    expect(workersLeft(4, 0.5, 0.5)).toBe(0);
    expect(workersLeft(4, 0.75, 0.5)).toBe(0);
    const shop = service([{ work: 10 }], { workers: 4 });
    const faults = [lose(0.5, 0, 20), { ...lose(0.25, 10, 90), name: "second" }];
    const calls = [25, 25, 25, 25, 25, 25];
    expect(answers({ services: { shop }, calls, faults })).toEqual(["35 ok x3", "45 ok x3"]);
  });

  test("takes nothing from unlimited workers but all of them", () => {
    expect(workersLeft("unlimited", 0.9)).toBe(10);
    expect(workersLeft("unlimited", 1)).toBe(0);
  });

  test("strikes one instance only, where it names one", () => {
    const shop = service([{ work: 10 }], { workers: 1, instances: 2 });
    const one = { ...lose(1), instance: 0 };
    expect(answers({ services: { shop }, calls: [0, 1, 2, 3], faults: [one] })).toEqual([
      "11 ok",
      "21 ok",
      "70 ok",
      "80 ok",
    ]);
  });
});
