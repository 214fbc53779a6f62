/**
 * Queues with known answers, run as scenarios. Work has the mean 1 s. Tolerances are four standard errors: of the mean
 * over independent runs where waiting times depend on one another (Student's t of so few runs has wider tails than the
 * normal, and the seeds are fixed), of the binomial or normal distribution elsewhere.
 */
import type { RunResult } from "@breakwater/metrics";
import type { Distribution, Service, Step } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../test-support/run.ts";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const exponential: Distribution = { kind: "exponential", mean: "1s" };

interface Queue {
  readonly rate: number;
  readonly workers: number;
  readonly work?: Distribution;
  readonly capacity?: number;
  readonly customers?: number;
}

/** @param customers how many come on average */
function runs({ rate, workers, work = exponential, capacity, customers = 12_000 }: Queue) {
  const service: Service = {
    workers,
    queue: { capacity: capacity ?? "unlimited" },
    endpoints: { serve: { steps: [{ work }] } },
  };
  return SEEDS.map((seed) =>
    run(
      {
        duration: Math.round((customers / rate) * 1000),
        drain: "1h",
        bucket: "1min",
        services: { desk: service },
        load: { customers: { kind: "open", to: "desk", rate } },
      },
      seed,
    ),
  );
}

interface Estimate {
  readonly mean: number;
  readonly error: number;
}

function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** @param atMost the standard error that the test can do with: a test without precision would pass anything */
function expectNear({ mean, error }: Estimate, expected: number, atMost: number): void {
  expect(error).toBeLessThan(atMost);
  expect(Math.abs(mean - expected)).toBeLessThan(4 * error);
}

/** Mean time in the system, waiting and served, in seconds. */
const sojourn = ({ endToEnd: { latency } }: RunResult) =>
  latency.answered.sumMs / latency.answered.count / 1000;
const busyShare = ({ services: [desk], durationMs }: RunResult) =>
  (desk?.series.busy.slice(0, Math.floor(durationMs / 60_000)) ?? []).reduce((a, b) => a + b, 0) /
  Math.floor(durationMs / 60_000);
const waiting = ({ services: [desk], durationMs }: RunResult) =>
  (desk?.series.queue.slice(0, Math.floor(durationMs / 60_000)) ?? []).reduce((a, b) => a + b, 0) /
  Math.floor(durationMs / 60_000);
const blocked = ({ endToEnd: { calls }, services: [desk] }: RunResult) =>
  (desk?.rejected ?? 0) / calls;

describe("one worker with exponential work (M/M/1)", () => {
  // The time in the system is 1 / (1 - rho), the number waiting rho^2 / (1 - rho).
  test.each([
    [0.5, 2, 0.5],
    [0.8, 5, 3.2],
  ])("at a utilisation of %s", (rho, expected, queued) => {
    const results = runs({ rate: rho, workers: 1 });
    expectNear(estimate(results.map(sojourn)), expected, expected / 18);
    expectNear(estimate(results.map(busyShare)), rho, 0.015);
    expectNear(estimate(results.map(waiting)), queued, queued / 10);
  });
});

test("a utilisation of 0.5 with constant work has half the waiting of exponential work (M/D/1)", () => {
  // Pollaczek and Khinchine: 1 + rho / (2 (1 - rho)).
  const results = runs({ rate: 0.5, workers: 1, work: "1s" });
  expectNear(estimate(results.map(sojourn)), 1.5, 0.03);
});

test("ten workers with a load of 8 make customers wait as Erlang's C formula says (M/M/10)", () => {
  // C(10, 8) = 0.40918 of the customers wait; the mean waiting time is C / (10 - 8) = 0.20459.
  const results = runs({ rate: 8, workers: 10, customers: 24_000 });
  expectNear(estimate(results.map(sojourn)), 1.20459, 0.02);
  expectNear(estimate(results.map(busyShare)), 8, 0.07);
  expectNear(estimate(results.map(waiting)), 8 * 0.20459, 0.16);
});

describe("ten workers, a load of 8 and no queue lose what Erlang's B formula says (M/G/10/10)", () => {
  // B(10, 8) = 0.12166, and it depends on the mean of the work alone.
  const works: readonly [string, Distribution][] = [
    ["exponential", exponential],
    ["constant", "1s"],
    ["lognormal", { kind: "lognormal", mean: "1s", sigma: 1 }],
  ];
  test.each(works)("with %s work", (_kind, work) => {
    const results = runs({ rate: 8, workers: 10, work, capacity: 0 });
    expectNear(estimate(results.map(blocked)), 0.12166, 0.0025);
    expectNear(estimate(results.map(busyShare)), 8 * (1 - 0.12166), 0.06);
  });
});

test("the number in the system is the rate times the time in it (Little's law), exactly", () => {
  for (const result of runs({ rate: 8, workers: 9, customers: 4000 })) {
    const { endToEnd, services, bucketMs, endedAtMs, timeMs } = result;
    const inSystem = (services[0]?.series.queue ?? []).map(
      (queue, i) => queue + (services[0]?.series.busy[i] ?? 0),
    );
    const area = inSystem.reduce(
      (sum, level, i) => sum + level * Math.min(bucketMs, endedAtMs - (timeMs[i] as number)),
      0,
    );
    expect(result.drained).toBe(true);
    // Both are the same milliseconds, counted by customer and by moment; means have six digits.
    expect(area / endToEnd.latency.answered.sumMs).toBeCloseTo(1, 5);
  }
});

describe("without waiting", () => {
  const n = 20_000;
  const times = (steps: Step[], services: Record<string, Service> = {}) => {
    const { endToEnd } = run({
      duration: n,
      drain: "1h",
      bucket: "10s",
      services: { front: { endpoints: { go: { steps } } }, ...services },
      load: { customers: { kind: "open", to: "front", rate: 1000, arrivals: "constant" } },
    });
    expect(endToEnd.outcomes.ok).toBe(n);
    return endToEnd.latency.answered.sumMs / n;
  };
  const work: Step = { work: { kind: "exponential", mean: 100 } };
  const back: Service = { endpoints: { go: { steps: [work] } } };
  const call: Step = { call: "back" };

  test("steps in a row take the sum of their times", () => {
    const error = Math.sqrt((4 * 100 ** 2) / n);
    expect(Math.abs(times([work, call, work, call], { back }) - 400)).toBeLessThan(4 * error);
  });

  test.each([2, 5])("%s steps side by side take the longest of their times", (width) => {
    // The largest of n exponentials has the mean H(n) = 1 + 1/2 + ... + 1/n, and the variance 1 + 1/4 + ... + 1/n^2.
    const ranks = Array.from({ length: width }, (_, i) => i + 1);
    const mean = ranks.reduce((sum, k) => sum + 100 / k, 0);
    const variance = ranks.reduce((sum, k) => sum + (100 / k) ** 2, 0);
    const parallel = times([{ parallel: new Array<Step>(width).fill(call) }], { back });
    expect(Math.abs(parallel - mean)).toBeLessThan(4 * Math.sqrt(variance / n));
  });

  test("the network is passed twice", () => {
    const network = { latency: { kind: "exponential", mean: 50 } } as const;
    const error = Math.sqrt((100 ** 2 + 2 * 50 ** 2) / n);
    expect(Math.abs(times([{ ...call, network }], { back }) - 200)).toBeLessThan(4 * error);
  });
});

test("users who think and share one worker: throughput and response follow the asymptotes", () => {
  // M/M/1//N (machine repair), N = 10 users, think 9 s, work 1 s: P(idle) by the closed form.
  const [users, thinkS] = [10, 9];
  let term = 1;
  let sum = 1;
  for (let k = 1; k <= users; k++) {
    term *= (users - k + 1) / thinkS;
    sum += term;
  }
  const throughput = 1 - 1 / sum;
  const rates = SEEDS.map((seed) => {
    const { endToEnd, durationMs } = run(
      {
        duration: "5h",
        bucket: "10min",
        services: {
          desk: { workers: 1, endpoints: { serve: { steps: [{ work: exponential }] } } },
        },
        load: {
          users: { kind: "closed", to: "desk", users, think: { kind: "exponential", mean: "9s" } },
        },
      },
      seed,
    );
    return (endToEnd.calls / durationMs) * 1000;
  });
  expectNear(estimate(rates), throughput, 0.005);
});
