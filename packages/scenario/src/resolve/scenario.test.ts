import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkScenario } from "../document/check.ts";
import type { ResolvedScenario } from "../resolved.ts";
import type { Scenario } from "../types/scenario.ts";
import { defaultBucketMs } from "./scenario.ts";
import { shapeIntegral, shapePoints } from "./shape.ts";

function resolved(scenario: Scenario): ResolvedScenario {
  const outcome = checkScenario(scenario);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.scenario;
}

const smallest: Scenario = {
  duration: "30s",
  services: { shop: { endpoints: { view: { steps: [{ work: "5ms" }] } } } },
  load: { users: { kind: "closed", to: "shop", users: 3 } },
};

describe("defaults", () => {
  test("of the smallest scenario", () => {
    expect(resolved(smallest)).toEqual({
      name: "scenario",
      about: "",
      seed: 1,
      durationMs: 30_000,
      drainMs: 60_000,
      bucketMs: 500,
      services: [
        {
          name: "shop",
          instances: 1,
          workers: Infinity,
          workersWait: true,
          queueCapacity: Infinity,
          queueOrder: "fifo",
          endpoints: [
            {
              name: "view",
              errorRate: 0,
              steps: [{ kind: "work", work: { kind: "constant", value: 5 } }],
            },
          ],
        },
      ],
      load: [
        {
          name: "users",
          call: {
            service: "shop",
            endpoint: "view",
            policyName: "",
            policy: undefined,
            optional: false,
            maxDepth: Infinity,
            latency: undefined,
          },
          priority: 0,
          patience: undefined,
          comeBack: undefined,
          startMs: 0,
          endMs: 30_000,
          shape: [{ atMs: 0, factor: 1 }],
          source: { kind: "closed", users: 3, think: { kind: "constant", value: 0 } },
        },
      ],
      faults: [],
      objectives: [],
      semantics: {
        abandonedWork: "continues",
        abandonedInQueue: "executed",
        lateAnswers: undefined,
        retriedRequests: "back",
        backoffFrom: "failure",
        breakerScope: "instance",
      },
    });
  });

  test("of a fault, with a name made from its kind and target, never twice the same", () => {
    const { faults } = resolved({
      ...smallest,
      faults: [
        { kind: "hang", service: "shop", at: "1s", for: "2s" },
        { kind: "hang", service: "shop" },
        { kind: "error", service: "shop", endpoint: "view", instance: 0, from: "users" },
        { kind: "pause", service: "shop", name: "stop the world" },
      ],
    });
    expect(faults.map((fault) => fault.name)).toEqual([
      "hang on shop",
      "hang on shop (2)",
      "error on shop/view #0 from users",
      "stop the world",
    ]);
    expect(faults.map((fault) => fault.endMs)).toEqual([3000, Infinity, Infinity, Infinity]);
    expect(faults[1]).toEqual({
      name: "hang on shop (2)",
      kind: "hang",
      service: "shop",
      endpoint: undefined,
      instance: undefined,
      from: undefined,
      atMs: 0,
      endMs: Infinity,
      share: 1,
      multiply: 1,
      add: undefined,
      strikes: "new",
      when: "afterWork",
      lose: 0,
      grows: 0,
      most: Infinity,
      rate: 0,
      messages: "both",
      resendMs: Infinity,
      requests: "lost",
    });
  });

  test("of objectives, with durations in milliseconds", () => {
    const { objectives } = resolved({
      ...smallest,
      objectives: [
        { metric: "latency", atMost: "1.5s" },
        { metric: "latency", percentile: 50, of: "all", atMost: 20 },
        { metric: "goodput", atLeast: 100 },
      ],
    });
    expect(objectives).toEqual([
      { metric: "latency", bound: "atMost", value: 1500, percentile: 99, of: "answered" },
      { metric: "latency", bound: "atMost", value: 20, percentile: 50, of: "all" },
      { metric: "goodput", bound: "atLeast", value: 100, percentile: 99, of: "answered" },
    ]);
  });

  test("the weights of a mixture add up to 1", () => {
    const of = [
      { weight: 3, value: "1ms" },
      { weight: 1, value: { kind: "uniform" as const, min: 1, max: 2 } },
    ];
    const steps = [{ work: { kind: "mixture" as const, of } }];
    const { services } = resolved({
      ...smallest,
      services: { shop: { endpoints: { v: { steps } } } },
    });
    expect(services[0]?.endpoints[0]?.steps[0]).toEqual({
      kind: "work",
      work: {
        kind: "mixture",
        of: [
          { weight: 0.75, value: { kind: "constant", value: 1 } },
          { weight: 0.25, value: { kind: "uniform", min: 1, max: 2, step: 0 } },
        ],
      },
    });
  });
});

describe("buckets", () => {
  test.each([
    [1, 10],
    [1200, 10],
    [1201, 20],
    [30_000, 500],
    [60_000, 500],
    [600_000, 5000],
    [30 * 86_400_000, 50_000_000],
  ])("%d ms have buckets of %d ms", (duration, bucket) => {
    expect(defaultBucketMs(duration)).toBe(bucket);
  });
});

describe("shapes", () => {
  const ramp = shapePoints({ kind: "ramp", from: 0, to: 2, at: 10, over: 10 });
  const spike = shapePoints({ kind: "spike", factor: 5, at: 10, for: 4 });
  const steps = shapePoints({
    kind: "steps",
    steps: [
      { at: 10, factor: 2 },
      { at: 20, factor: 0 },
    ],
  });

  test("are points of a piecewise linear factor", () => {
    const pairs = (points: typeof ramp) => points.map(({ atMs, factor }) => [atMs, factor]);
    expect(pairs(ramp)).toEqual([
      [0, 0],
      [10, 0],
      [20, 2],
    ]);
    expect(pairs(spike)).toEqual([
      [0, 1],
      [10, 1],
      [10, 5],
      [14, 5],
      [14, 1],
    ]);
    expect(pairs(steps)).toEqual([
      [0, 1],
      [10, 1],
      [10, 2],
      [20, 2],
      [20, 0],
    ]);
    expect(pairs(shapePoints({ kind: "spike", factor: 3, at: 0, for: 1 }))[0]).toEqual([0, 3]);
    expect(pairs(shapePoints({ kind: "steps", steps: [{ at: 0, factor: 3 }] }))).toEqual([[0, 3]]);
    expect(pairs(shapePoints(undefined))).toEqual([[0, 1]]);
  });

  test("have the area that geometry says", () => {
    expect(shapeIntegral(ramp, 0, 30)).toBeCloseTo(0 + 10 + 20);
    expect(shapeIntegral(ramp, 15, 20)).toBeCloseTo(7.5);
    expect(shapeIntegral(spike, 0, 20)).toBeCloseTo(10 + 20 + 6);
    expect(shapeIntegral(steps, 5, 100)).toBeCloseTo(5 + 20);
  });

  test("the area of two neighbouring spans is the area of both", () => {
    const time = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(time, time, time, fc.constantFrom(ramp, spike, steps), (a, b, c, points) => {
        const [from = 0, middle = 0, to = 0] = [a, b, c].sort((x, y) => x - y);
        const parts = shapeIntegral(points, from, middle) + shapeIntegral(points, middle, to);
        expect(parts).toBeCloseTo(shapeIntegral(points, from, to));
      }),
    );
  });
});
