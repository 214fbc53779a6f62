/** Ways of balancing, held against what is known of them. */
import type { Balancer, Scenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../../../test-support/run.ts";
import { play, service, serviceOf } from "../../../test-support/timeline.ts";

/** Requests whose service calls `seat-i`, in the order of arrival: each instance's number from how long it was busy. */
function shares(instances: number, balancer: Balancer, more: Partial<Scenario> = {}): number[] {
  const calls = 20_000;
  const services = Object.fromEntries([
    ["pool", { instances, workers: 1, balancer, endpoints: { go: { steps: [{ work: 0.01 }] } } }],
  ]);
  const faults = Array.from({ length: instances }, (_, instance) => ({
    kind: "latency" as const,
    name: `i${instance}`,
    service: "pool",
    instance,
    add: 0.01,
  }));
  const { faults: others = [], ...rest } = more;
  const result = run({
    duration: calls,
    services,
    load: { all: { kind: "open", to: "pool", rate: 1000, arrivals: "constant" } },
    faults: [...faults, ...others],
    ...rest,
  });
  return faults.map(({ name }) => {
    const span = result.faults.find((each) => each.name === name);
    return (span?.struck ?? 0) / calls;
  });
}

test("in turn is the default, and the same as no balancer", () => {
  const small = { services: { pool: service([{ work: 30 }], { instances: 3 }) }, count: 50 };
  const said = { pool: { ...small.services.pool, balancer: { kind: "roundRobin" as const } } };
  expect(play({ ...small, services: said }).services).toEqual(play(small).services);
});

test("smooth weighted turns: 5, 1 and 1 give exactly five sevenths, one and one", () => {
  const [a, b, c] = shares(3, { kind: "weighted", weights: [5, 1, 1] }) as [number, number, number];
  expect(a * 20_000).toBeCloseTo(14_286, -1);
  expect(b * 20_000).toBeCloseTo(2857, -1);
  expect(c * 20_000).toBeCloseTo(2857, -1);
  expect(shares(2, { kind: "weighted", weights: [0, 3] })).toEqual([0, 1]);
});

test("random gives everyone its part, within four standard deviations", () => {
  for (const share of shares(4, { kind: "random" })) {
    expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt((0.25 * 0.75) / 20_000));
  }
});

describe("ring hash", () => {
  test("one key goes to one instance; many keys to all", () => {
    const one = shares(4, { kind: "ringHash", keys: 1 });
    expect(one.toSorted()).toEqual([0, 0, 0, 1]);
    expect(Math.min(...shares(4, { kind: "ringHash", keys: 100_000 }))).toBeGreaterThan(0.15);
  });
  test("the first of 1000 keys with skew 1 has 1 / H(1000) of all calls, and its instance no less", () => {
    const skewed = shares(4, { kind: "ringHash", keys: 1000, skew: 1 });
    const even = shares(4, { kind: "ringHash", keys: 1000 });
    expect(Math.max(...skewed)).toBeGreaterThan(Math.max(...even));
    expect(Math.max(...skewed)).toBeGreaterThan(1 / 7.485);
  });
  test("when an instance leaves, only its own keys move", () => {
    const health = { interval: 1, timeout: 1, unhealthyAfter: 1 };
    const of = (down: boolean): number[] => {
      const calls = 5000;
      const pool = service([{ work: 0.01 }], {
        instances: 4,
        balancer: { kind: "ringHash" as const, keys: 500 },
        health,
      });
      const latencies = [0, 1, 2, 3].map((instance) => ({
        kind: "latency" as const,
        service: "pool",
        instance,
        add: 0.01,
      }));
      const faults = down
        ? [...latencies, { kind: "crash" as const, service: "pool", instance: 2 }]
        : latencies;
      return play({ services: { pool }, count: calls, faults })
        .faults.slice(0, 4)
        .map(({ struck }) => struck);
    };
    const all = of(false);
    const three = of(true);
    expect(three[2]).toBe(0);
    for (const i of [0, 1, 3]) expect(three[i]).toBeGreaterThanOrEqual(all[i] as number);
    expect(three.reduce((sum, each) => sum + each, 0)).toBe(
      all.reduce((sum, each) => sum + each, 0),
    );
  });
});

/** Mean time in the system of exponential work of 1 s, at a utilisation of 0.9. */
function meanS(instances: number, balancer: Balancer, customers: number): number {
  const duration = Math.round((customers / (0.9 * instances)) * 1000);
  const { endToEnd } = run({
    duration,
    drain: "1h",
    bucket: "1min",
    services: {
      desk: {
        ...{ instances, workers: 1, balancer },
        endpoints: { serve: { steps: [{ work: { kind: "exponential", mean: "1s" } }] } },
      },
    },
    load: { customers: { kind: "open", to: "desk", rate: 0.9 * instances } },
  });
  return endToEnd.latency.answered.sumMs / endToEnd.latency.answered.count / 1000;
}

describe("at a utilisation of 0.9", () => {
  const choices: Balancer = { kind: "choices", choices: 2 };
  test("two choices: the mean time is the sum of 0.9^(2^i - 2) (M. Mitzenmacher, 1996)", () => {
    // 1 + 0.9^2 + 0.9^6 + 0.9^14 + 0.9^30 + 0.9^62; of infinitely many queues, of which a hundred are near.
    expect(Math.abs(meanS(100, choices, 200_000) - 2.615)).toBeLessThan(0.12);
  });
  test("random: that of M/M/1, 10 s", () => {
    expect(Math.abs(meanS(50, { kind: "random" }, 200_000) - 10)).toBeLessThan(1);
  });
  test("fewest requests is better than two choices, and these than in turn", () => {
    const least = meanS(50, { kind: "leastRequests" }, 50_000);
    const two = meanS(50, choices, 50_000);
    const turn = meanS(50, { kind: "roundRobin" }, 50_000);
    expect(least).toBeLessThan(two);
    expect(two).toBeLessThan(turn);
  });
  test("with old numbers the least of all is worse than random: everybody runs to the same one", () => {
    const old = meanS(50, { kind: "leastRequests", refresh: "20s" }, 50_000);
    expect(old).toBeGreaterThan(meanS(50, { kind: "random" }, 50_000));
  });
});

test("calls stay in the zone of their caller, and leave it when nobody is there", () => {
  const of = (zoneAware: boolean, faults: Scenario["faults"] = []) => {
    const store = service([{ work: 1 }], {
      instances: 2,
      zones: ["a", "b"],
      balancer: { zoneAware },
      health: { interval: 10, timeout: 5, unhealthyAfter: 1 },
    });
    // Only the first instance of the web service is asked, and it stands in zone a.
    const web = service([{ call: "store" }], {
      instances: 2,
      zones: ["a", "b"],
      balancer: { kind: "weighted", weights: [1, 0] },
    });
    const add = [0, 1].map((instance) => ({
      ...{ kind: "latency" as const, service: "store", instance, add: 0.01 },
    }));
    const result = play({ services: { web, store }, count: 100, faults: [...add, ...faults] });
    return result.faults.slice(0, 2).map(({ struck }) => struck);
  };
  expect(of(false)).toEqual([50, 50]);
  expect(of(true)).toEqual([100, 0]);
  expect(of(true, [{ kind: "crash", service: "store", instance: 0 }])).toEqual([0, 100]);
});

test("slow start: over ten seconds an instance that comes back gets half of its share on average", () => {
  const crash = { kind: "crash" as const, service: "pool", instance: 0, at: 0, for: 1 };
  const options = { faults: [crash], duration: 10_000 };
  const [fast = 0] = shares(2, { kind: "roundRobin" }, options);
  const [slow = 0] = shares(2, { kind: "random", slowStart: "10s" }, options);
  expect(fast * 20_000).toBeCloseTo(5000, -1);
  // With a share s of its turns, the instance has s / 2 of the calls: 0.505 / 2 over the ten seconds.
  expect(Math.abs(slow * 20_000 - 2525)).toBeLessThan(4 * Math.sqrt(10_000 * 0.25 * 0.75));
});

test("load in a service counts its waiting requests as well", () => {
  // The first is slow; from then on everything goes to the other, as long as it has no more.
  const pool = service([{ work: 10 }], {
    instances: 2,
    workers: 1,
    balancer: { kind: "leastRequests" },
  });
  const result = play({ services: { pool }, calls: [0, 1, 2, 3, 4, 5] });
  expect(serviceOf(result, "pool").ok).toBe(6);
  expect(result.endToEnd.latency.all.maxMs).toBeCloseTo(26, 5);
});
