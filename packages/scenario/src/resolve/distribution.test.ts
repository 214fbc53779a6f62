import { expect, test } from "vitest";
import { checkScenario } from "../document/check.ts";
import { makeSampler } from "../draws/distributions.ts";
import { derive, seedKey } from "../draws/random.ts";
import type { Distribution } from "../types/distribution.ts";

const check = (work: Distribution) =>
  checkScenario({
    duration: 1000,
    services: { shop: { endpoints: { buy: { steps: [{ work }] } } } },
    load: { users: { kind: "open", to: "shop", rate: 1 } },
  });

function resolved(work: Distribution) {
  const outcome = check(work);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  const step = outcome.scenario.services[0]?.endpoints[0]?.steps[0];
  if (step?.kind !== "work") throw new Error("no work");
  return step.work;
}

function drawn(work: Distribution): number[] {
  const sample = makeSampler(resolved(work));
  return Array.from({ length: 40_000 }, (_, index) => {
    const { hi, lo } = derive(seedKey(5), index);
    return sample(hi, lo, 1);
  });
}

const share = (values: readonly number[], of: (value: number) => boolean) =>
  values.filter(of).length / values.length;

test("bimodal is one of two", () => {
  const values = drawn({ kind: "bimodal", low: 10, high: "1s", share: 0.05 });
  expect(new Set(values)).toEqual(new Set([10, 1000]));
  // Four standard deviations: 4 sqrt(0.05 x 0.95 / 40,000) = 0.0044.
  expect(Math.abs(share(values, (value) => value === 1000) - 0.05)).toBeLessThan(0.0044);
});

test("percentiles are met, decimal ones as well, and their ends are the ends", () => {
  const percentiles = { "99.5": 500, "0": 10, "50": 20, "90": 20, "100": 800 };
  const values = drawn({ kind: "empirical", percentiles });
  const least = Math.min(...values);
  expect(least >= 10 && least < 10.01).toBe(true);
  expect(Math.max(...values)).toBeLessThan(800);
  expect(Math.abs(share(values, (value) => value < 20) - 0.5)).toBeLessThan(0.01);
  expect(Math.abs(share(values, (value) => value === 20) - 0.4)).toBeLessThan(0.01);
  expect(Math.abs(share(values, (value) => value > 500) - 0.005)).toBeLessThan(0.0015);
  const inner = drawn({ kind: "empirical", percentiles: { "25": 10, "75": 30 } });
  expect(Math.abs(share(inner, (value) => value === 10) - 0.25)).toBeLessThan(0.01);
  expect(Math.abs(share(inner, (value) => value === 30) - 0.25)).toBeLessThan(0.01);
});

test("a histogram is even within its bins", () => {
  const histogram = [
    { upTo: 10, count: 3 },
    { upTo: 20, count: 0 },
    { upTo: 100, count: 1 },
  ];
  const values = drawn({ kind: "empirical", min: 5, histogram });
  expect(share(values, (value) => value > 10 && value < 20)).toBe(0);
  expect(Math.abs(share(values, (value) => value < 7.5) - 0.375)).toBeLessThan(0.01);
  expect(Math.abs(share(values, (value) => value > 60) - 0.125)).toBeLessThan(0.01);
});

test.each([
  [{ kind: "empirical" }, "nothing measured"],
  [
    { kind: "empirical", percentiles: { "1": 1, "2": 2 }, histogram: [{ upTo: 1, count: 1 }] },
    "two",
  ],
  [{ kind: "empirical", percentiles: { "50": 10, "90": 5 } }, "shorter than the one before"],
  [{ kind: "empirical", percentiles: { "50": 10, "101": 50 } }, "no percentile"],
  [
    { kind: "empirical", min: 5, histogram: [{ upTo: 3, count: 1 }] },
    "shorter than the one before",
  ],
  [{ kind: "empirical", histogram: [{ upTo: 3, count: 0 }] }, "empty"],
] as [Distribution, string][])("%j is refused", (work, message) => {
  const outcome = check(work);
  expect(outcome.ok ? "" : outcome.problems.map((problem) => problem.message).join()).toContain(
    message,
  );
});
