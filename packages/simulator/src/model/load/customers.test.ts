/** Patience, coming back, sessions, herds, traces and priorities, in whole milliseconds where chance is left out. */
import type { Load, Scenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../../../test-support/run.ts";
import { arrivals } from "../../../test-support/source.ts";
import { outcomes, service, serviceOf } from "../../../test-support/timeline.ts";

type OneLoad = Load extends infer L ? (L extends unknown ? Omit<L, "to"> : never) : never;

const alone = { kind: "herd", users: 1, at: 0 } as const;
const visit = (load: OneLoad, rest: Partial<Scenario> = {}) =>
  run({
    duration: 100,
    bucket: 1,
    services: { shop: service([{ work: 50 }]) },
    load: { customers: { ...load, to: "shop" } as Load },
    ...rest,
  });

describe("patience", () => {
  test("runs out, and the customer goes away; the service does not know", () => {
    const result = visit({ ...alone, patience: 20 });
    expect(outcomes(result)).toEqual(["20 cancelled"]);
    expect(serviceOf(result, "shop")).toMatchObject({ ok: 1, wasted: 1 });
    expect(outcomes(visit({ ...alone, patience: 51 }))).toEqual(["50 ok"]);
  });
  test("of exponential mean 1 / theta in front of unlimited servers: 1 - exp(-theta x) of them leave", () => {
    const { endToEnd } = visit(
      { kind: "open", rate: 500, patience: { kind: "exponential", mean: 50 } },
      { duration: 20_000, bucket: 100 },
    );
    expect(endToEnd.outcomes.cancelled / endToEnd.calls).toBeCloseTo(1 - Math.exp(-1), 1.5);
  });
});

describe("coming back", () => {
  const broken = { shop: { endpoints: { go: { errorRate: 1, steps: [{ work: 5 }] } } } };
  const comeBack = { probability: 1, after: 10, times: 2 };

  test("happens after each failure, at most so many times, and a policy's retries are not counted", () => {
    const result = visit({ ...alone, comeBack }, { services: broken });
    expect(outcomes(result)).toEqual(["5 failed", "20 failed", "35 failed"]);
    expect(visit({ ...alone, comeBack }).endToEnd.calls).toBe(1);
  });
  test("also follows lost patience", () => {
    const result = visit({ ...alone, patience: 20, comeBack: { ...comeBack, times: 1 } });
    expect(outcomes(result)).toEqual(["20 cancelled", "50 cancelled"]);
  });
  test("makes 1 + p + p^2 calls of each customer where nothing is ever answered", () => {
    const load: OneLoad = { kind: "open", rate: 100, comeBack: { ...comeBack, probability: 0.5 } };
    const { endToEnd } = visit(load, { services: broken, duration: 100_000, bucket: 1000 });
    expect(endToEnd.calls / 10_000).toBeCloseTo(1.75, 1);
  });
  test("keeps a closed user from the next request until the last try", () => {
    const load: OneLoad = {
      kind: "closed",
      users: 1,
      think: 30,
      comeBack: { ...comeBack, times: 1 },
    };
    expect(outcomes(visit(load, { services: broken }))).toEqual([
      "5 failed",
      "20 failed",
      "55 failed",
      "70 failed",
    ]);
  });
});

describe("sessions", () => {
  test("have 1 / (1 - stay) requests each, one after the other", () => {
    const load = { kind: "sessions", rate: 20, stay: 0.75, think: 10 } as const;
    const made = arrivals(load, { durationMs: 500_000 });
    // 10,000 sessions of 4 requests on average; a geometric count has the deviation sqrt(stay) / (1 - stay) = 3.5.
    expect(made.length / 10_000).toBeCloseTo(4, 0.5);
    expect(new Set(made.map(({ hi, lo }) => `${hi} ${lo}`)).size).toBe(made.length);
  });
  test("think between an answer and the next request", () => {
    const load = {
      kind: "sessions",
      rate: 1,
      arrivals: "constant",
      stay: 0.9999,
      think: 30,
    } as const;
    const made = arrivals(load, { durationMs: 200, answerMs: 10 });
    expect(made.map(({ atMs }) => atMs)).toEqual([0, 40, 80, 120, 160]);
  });
  test("without stay are an open load", () => {
    const at = (load: OneLoad) => arrivals(load, { durationMs: 5000 }).map(({ atMs }) => atMs);
    expect(at({ kind: "sessions", rate: 50, stay: 0 })).toEqual(at({ kind: "open", rate: 50 }));
  });
});

describe("a herd", () => {
  test("comes at one moment", () => {
    expect(outcomes(visit({ kind: "herd", users: 7, at: 30 }))).toEqual(["80 ok x7"]);
  });
  test("comes when a fault ends", () => {
    const faults: Scenario["faults"] = [
      { name: "dark", kind: "refused", service: "shop", at: 10, for: 15 },
    ];
    expect(outcomes(visit({ kind: "herd", users: 3, after: "dark" }, { faults }))).toEqual([
      "75 ok x3",
    ]);
  });
});

describe("a trace", () => {
  const times = (load: OneLoad) => arrivals(load, { durationMs: 1000 }).map(({ atMs }) => atMs);
  test("of times is played as it is, from start on", () => {
    expect(times({ kind: "trace", times: [0, 5, "20ms", 20] })).toEqual([0, 5, 20, 20]);
    expect(times({ kind: "trace", start: 100, times: "at,path\n0,/a\n0.5s,/b\n2s,/c\n" })).toEqual([
      100, 600,
    ]);
  });
  test("of rates makes so many requests in each interval", () => {
    const made = times({ kind: "trace", rates: [100, 0, 20], interval: 200, arrivals: "constant" });
    expect(made.filter((at) => at < 200).length).toBe(20);
    expect(made.filter((at) => at >= 200 && at < 400).length).toBe(0);
    expect(made.filter((at) => at >= 400).length).toBe(4);
    const text = "time,rate\n0,100\n200,0\n400,20\n";
    expect(times({ kind: "trace", rates: text, interval: 200, arrivals: "constant" })).toEqual(
      made,
    );
  });
});

describe("priority", () => {
  test("lets the more important one of those who wait in a bulkhead go first", () => {
    const policy = { bulkhead: { concurrent: 1, queue: { size: 5, maxWait: "1s" } } };
    const load = (at: number, priority: number): Load => ({
      kind: "herd",
      users: 1,
      at,
      priority,
      to: "front",
    });
    const order = (priority: number) => {
      const { edges } = run({
        duration: 100,
        bucket: 1,
        services: { front: service([{ call: "shop", policy }]), shop: service([{ work: 50 }]) },
        load: { first: load(0, 0), second: load(1, 0), third: load(2, priority) },
      });
      const ended = (name: string) =>
        edges.find((edge) => edge.name === `${name} -> front`)?.series.ok.indexOf(1);
      return [ended("first"), ended("second"), ended("third")];
    };
    expect(order(0)).toEqual([50, 100, 150]);
    expect(order(5)).toEqual([50, 150, 100]);
  });
});

describe("shapes", () => {
  test("a diurnal sine has its mean over whole periods, and its peak and its trough where they belong", () => {
    const shape = { kind: "diurnal", low: 0.5, high: 1.5, period: 1000, peakAt: 250 } as const;
    const made = arrivals(
      { kind: "open", rate: 1000, arrivals: "constant", shape },
      { durationMs: 4000 },
    );
    expect(made.length).toBeCloseTo(4000, -1);
    const between = (from: number, to: number) =>
      made.filter(({ atMs }) => atMs >= from && atMs < to).length;
    // The integral of 1 + cos(2 pi (t - 250) / 1000) / 2 over a quarter: 250 +- 500 sin(pi / 4) / pi.
    expect(between(1125, 1375)).toBeCloseTo(250 + (500 * Math.SQRT1_2) / Math.PI, -0.7);
    expect(between(1625, 1875)).toBeCloseTo(250 - (500 * Math.SQRT1_2) / Math.PI, -0.7);
  });
  test("points are joined by straight lines, and play again", () => {
    const points = [
      { at: 0, factor: 0 },
      { at: 100, factor: 2 },
    ];
    const shape = { kind: "points", points, every: 200 } as const;
    const made = arrivals(
      { kind: "open", rate: 1000, arrivals: "constant", shape },
      { durationMs: 400 },
    );
    const quarters = [0, 100, 200, 300].map(
      (from) => made.filter(({ atMs }) => atMs >= from && atMs < from + 100).length,
    );
    expect(quarters).toEqual([100, 100, 100, 200]);
  });
});
