import { derive, makeSampler, seedKey } from "@breakwater/scenario/plan";
import { describe, expect, test } from "vitest";
import { fitTimes } from "./fit.ts";
import { ownTimes } from "./own-times.ts";

const key = seedKey(3);
const draw = (kind: Parameters<typeof makeSampler>[0]): number[] =>
  Array.from({ length: 2000 }, (_, i) => {
    const { hi, lo } = derive(key, i);
    return makeSampler(kind)(hi, lo, 1);
  });

describe("fitting times", () => {
  test("times that hardly differ are a constant", () => {
    expect(fitTimes([10, 10.2, 9.9, 10.1])).toBe("10.1ms");
  });

  test("exponential times are told from lognormal ones", () => {
    expect(fitTimes(draw({ kind: "exponential", mean: 20 }))).toMatchObject({
      kind: "exponential",
    });
    const fitted = fitTimes(draw({ kind: "lognormal", mean: 20, sigma: 0.5 }));
    expect(fitted).toMatchObject({ kind: "lognormal" });
    const { mean, sigma } = fitted as { mean: string; sigma: number };
    expect(Number.parseFloat(mean)).toBeCloseTo(20, -0.5);
    expect(sigma).toBeCloseTo(0.5, 1);
  });
});

test("a service's own time leaves out its calls, and counts parallel ones once", () => {
  const ended = (atMs: number, tookMs: number) =>
    ({ atMs, is: "attemptEnded", outcome: "ok", tookMs }) as const;
  const calls = [[ended(40, 20)], [ended(50, 20)]];
  // From 0 to 100, with calls from 20 to 40 and from 30 to 50; another request stands beside it.
  expect(ownTimes([ended(100, 100), ended(300, 50)], calls)).toEqual([70, 50]);
});
