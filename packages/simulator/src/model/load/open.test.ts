import { describe, expect, test } from "vitest";
import { run } from "../../../test-support/run.ts";
import { arrivals, perWindow } from "../../../test-support/source.ts";

const times = (list: readonly { atMs: number }[]): number[] => list.map(({ atMs }) => atMs);

describe("a steady open load", () => {
  test("begins with a request and keeps its distance, to the end but not at it", () => {
    const steady = arrivals({ kind: "open", rate: 100, arrivals: "constant" }, { durationMs: 50 });
    expect(times(steady)).toEqual([0, 10, 20, 30, 40]);
  });

  test("plays between its start and its end", () => {
    const load = { kind: "open", rate: 50, arrivals: "constant", start: 25, end: 70 } as const;
    expect(times(arrivals(load, { durationMs: 200 }))).toEqual([25, 45, 65]);
  });

  test("is three times as dense in a spike of three times the rate", () => {
    const shape = { kind: "spike", factor: 3, at: 100, for: 100 } as const;
    const load = { kind: "open", rate: 30, arrivals: "constant", shape } as const;
    const made = arrivals(load, { durationMs: 10_000 });
    expect(perWindow(made, 100, 4)).toEqual([3, 9, 3, 3]);
    expect(made.length).toBe(306);
  });

  test("follows a ramp: as many requests as its area", () => {
    const shape = { kind: "ramp", from: 0, to: 2, over: 1000 } as const;
    const load = { kind: "open", rate: 1000, arrivals: "constant", shape } as const;
    const made = arrivals(load, { durationMs: 2000 });
    // The area of the quarters is t^2 from 0 to 1: 1/16, 3/16, 5/16, 7/16 of 1000; then 500 in each.
    expect(perWindow(made, 250, 8)).toEqual([63, 187, 313, 437, 500, 500, 500, 500]);
  });

  test("stops in a step of factor 0 and goes on after it", () => {
    const steps = [
      { at: 20, factor: 0 },
      { at: 45, factor: 1 },
    ];
    const shape = { kind: "steps", steps } as const;
    const load = { kind: "open", rate: 100, arrivals: "constant", shape } as const;
    expect(times(arrivals(load, { durationMs: 70 }))).toEqual([0, 10, 45, 55, 65]);
  });
});

describe("a Poisson load", () => {
  const rate = 200;
  const durationMs = 100_000;
  const made = arrivals({ kind: "open", rate }, { durationMs });

  test("has as many requests as its rate says, and counts whose variance is their mean", () => {
    const expected = (rate * durationMs) / 1000;
    expect(Math.abs(made.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    const counts = perWindow(made, 100, 1000);
    const mean = made.length / 1000;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / 999;
    // The ratio of n windows has the standard deviation sqrt(2 / (n - 1)).
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 999));
  });

  test("has exponential gaps that do not depend on the gap before", () => {
    const gaps = made.map(({ atMs }, i) => atMs - (made[i - 1]?.atMs ?? 0));
    const n = gaps.length;
    const sorted = gaps.toSorted((a, b) => a - b);
    const distances = sorted.map((gap, i) =>
      Math.max(
        Math.abs(1 - Math.exp((-gap * rate) / 1000) - i / n),
        Math.abs(1 - Math.exp((-gap * rate) / 1000) - (i + 1) / n),
      ),
    );
    // Kolmogorov and Smirnov, exceeded once in a thousand.
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(n));
    const mean = 1000 / rate;
    let products = 0;
    for (let i = 1; i < n; i++) {
      products += ((gaps[i] as number) - mean) * ((gaps[i - 1] as number) - mean);
    }
    expect(Math.abs(products / n / mean ** 2)).toBeLessThan(4 / Math.sqrt(n));
  });

  test("keeps the order of its customers when the shape changes: the same draws at other times", () => {
    const shape = { kind: "ramp", from: 2, to: 2, over: 1 } as const;
    const twice = arrivals({ kind: "open", rate, shape }, { durationMs });
    for (let i = 0; i < 1000; i++) {
      expect(twice[i]?.atMs).toBeCloseTo((made[i]?.atMs ?? Number.NaN) / 2, 6);
      expect(twice[i]?.hi).toBe(made[i]?.hi);
    }
  });

  test("is another one with another seed", () => {
    const other = arrivals({ kind: "open", rate }, { durationMs: 1000, seed: 2 });
    expect(other[0]?.atMs).not.toBe(made[0]?.atMs);
  });
});

test("the same customers come at the same times with the same work, whatever the policy", () => {
  const columns = (policy: object) => {
    const { edges, services } = run({
      duration: 5000,
      bucket: 1,
      drain: "10min",
      services: {
        shop: {
          workers: 1,
          endpoints: { buy: { steps: [{ work: { kind: "lognormal", mean: 12, sigma: 1 } }] } },
        },
      },
      load: { users: { kind: "open", to: "shop", rate: 100, policy } },
    });
    return {
      calls: edges[0]?.series.calls.slice(0, 5000),
      busyMs: Math.round(services[0]?.busyMs ?? 0),
    };
  };
  const bare = columns({});
  expect(columns({ timeout: 20, fallback: { value: 0 } })).toEqual(bare);
  expect(columns({ circuitBreaker: {} }).calls).toEqual(bare.calls);
  const retry = { attempts: 3, backoff: { base: 5 } };
  const retried = columns({ timeout: 20, idempotent: true, retry });
  expect(retried.calls).toEqual(bare.calls);
  expect(retried.busyMs).toBeGreaterThan(bare.busyMs);
});
