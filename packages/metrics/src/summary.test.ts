import { describe, expect, test } from "vitest";
import { amplificationOf } from "./amplification.ts";
import { judge, type ObjectiveInput, verdictOf } from "./objectives.ts";
import { recoveryOf } from "./recovery.ts";
import { type EdgePlan, makeResult, type ResultPlan } from "./testing/index.ts";

const load = (outcomes: EdgePlan["outcomes"], rest: Partial<EdgePlan> = {}): EdgePlan => ({
  from: "users",
  to: "shop",
  outcomes,
  ...rest,
});
const call = (from: string, to: string, attemptsPerCall: number): EdgePlan => ({
  from,
  to,
  outcomes: { ok: 10 },
  attemptsPerCall,
});

describe("summary", () => {
  test("tells answered, in full and degraded apart", () => {
    const { summary } = makeResult({
      durationMs: 10_000,
      endedAtMs: 12_000,
      edges: [
        load(
          { ok: [...Array(10).fill(6), 5, 5], fallback: 2, failed: 2 },
          { degradedBelow: 10, inFlight: 4 },
        ),
      ],
      services: [{ name: "shop" }],
    });
    expect(summary).toMatchObject({ offered: 114, served: 90, servedInDuration: 80, goodput: 8 });
    expect(summary.successRate).toBe(90 / 110);
    expect(summary.okRate).toBe(70 / 110);
    expect(summary.degradedRate).toBe(30 / 90);
    expect(summary.p99Ms).toBe(20);
  });

  test("of a run without calls", () => {
    const { summary } = makeResult();
    expect(summary).toMatchObject({ offered: 0, successRate: 1, degradedRate: 0, goodput: 0 });
    expect(summary).toMatchObject({ amplification: 1, wastedWork: 0, p50Ms: null, tailMs: 0 });
  });

  test("names the service that worked longest after the load", () => {
    const { summary } = makeResult({
      edges: [load({ ok: 1 })],
      services: [
        { name: "shop", busy: 2, wastedMs: 6000, lastBusyMs: 31_000 },
        { name: "stock", busy: 1, lastBusyMs: 70_000 },
        { name: "prices", lastBusyMs: 20_000 },
      ],
    });
    expect(summary).toMatchObject({ tailMs: 40_000, tailService: "stock" });
    expect(summary.wastedWork).toBeCloseTo(6 / 90, 12);
  });
});

describe("amplification", () => {
  const services = ["shop", "stock", "prices", "db"].map((name) => ({ name }));

  test("is the product along the worst path", () => {
    const { edges } = makeResult({
      services,
      edges: [
        load({ ok: 10 }, { attemptsPerCall: 1.5 }),
        call("shop", "stock", 2),
        call("shop", "prices", 3),
        call("stock", "db", 4),
        call("prices", "db", 1),
      ],
    });
    expect(amplificationOf(edges)).toBe(12);
  });

  test("goes round a circle once, and goes on to the leaf", () => {
    const { edges } = makeResult({
      services,
      edges: [
        load({ ok: 10 }),
        call("shop", "stock", 2),
        call("stock", "shop", 5),
        call("stock", "db", 0.5),
      ],
    });
    expect(amplificationOf(edges)).toBe(1);
  });

  test("is below 1 where a breaker keeps attempts back", () => {
    const { summary } = makeResult({
      services,
      edges: [load({ ok: 10 }), { from: "shop", to: "db", outcomes: { ok: 1, shortCircuited: 9 } }],
    });
    expect(summary.amplification).toBe(0.1);
  });
});

describe("recovery", () => {
  const run = (ok: readonly number[], fault: { startMs?: number; endMs?: number }, rest = {}) =>
    makeResult({
      durationMs: 20_000,
      edges: [load({ ok })],
      services: [{ name: "shop" }],
      faults: [{ kind: "latency", target: "shop", ...fault }],
      ...rest,
    } satisfies ResultPlan);
  const levels = (...parts: [times: number, level: number][]) =>
    parts.flatMap(([times, level]) => Array<number>(times).fill(level));
  const fault = { startMs: 5000, endMs: 10_000 };

  test("runs from the end of the fault to the first bucket that is back for good", () => {
    const ok = levels([5, 100], [5, 0], [1, 30], [1, 95], [1, 89], [7, 90]);
    expect(run(ok, fault).summary.recoveryMs).toBe(3000);
  });

  test("is 0 when nothing was ever lost, also when the fault ends within a bucket", () => {
    const ok = levels([20, 100]);
    expect(run(ok, fault).summary.recoveryMs).toBe(0);
    expect(run(ok, { startMs: 5000, endMs: 9500 }).summary.recoveryMs).toBe(0);
  });

  test("is null when goodput stays down, or falls again before the end", () => {
    const collapsed = run(levels([5, 100], [15, 20]), fault);
    expect(collapsed.summary.recoveryMs).toBeNull();
    expect(recoveryOf(collapsed)).toMatchObject({ before: 100, after: 20, faultsEndedMs: 10_000 });
    expect(run(levels([5, 100], [5, 0], [9, 100], [1, 80]), fault).summary.recoveryMs).toBeNull();
  });

  test("cannot be told without a calm time before and after", () => {
    const ok = levels([20, 100]);
    expect(recoveryOf(run(ok, {}))).toBeNull();
    expect(recoveryOf(run(ok, { endMs: 8000 }))).toBeNull();
    expect(recoveryOf(run(ok, { startMs: 5000 }))).toBeNull();
    expect(recoveryOf(run(ok, { startMs: 5000, endMs: 20_000 }))).toBeNull();
    expect(recoveryOf(makeResult({ edges: [load({ ok })] }))).toBeNull();
  });

  test("does not take the noise of random arrivals for an outage", () => {
    // Ten a second, as uneven as Poisson arrivals are: single buckets are far below 90 %.
    const noise = [10, 13, 7, 9, 11, 6, 14, 10, 12, 8, 9, 11, 13, 7];
    const noisy = (i: number) => noise[i % noise.length] ?? 0;
    const ok = Array.from({ length: 60 }, (_, i) => (i >= 20 && i < 30 ? 1 : noisy(i)));
    const fault = { startMs: 20_000, endMs: 30_000 };
    const result = run(ok, fault, { durationMs: 60_000 });
    expect(result.summary.recoveryMs).toBeLessThanOrEqual(1000);
    const down = ok.map((count, i) => (i >= 30 ? Math.floor(count / 3) : count));
    expect(run(down, fault, { durationMs: 60_000 }).summary.recoveryMs).toBeNull();
  });

  test("ends with the load", () => {
    const ended = { atMs: 15_000, type: "loadEnded", subject: "l", part: "", reason: "" } as const;
    const ok = levels([5, 100], [5, 0], [5, 100], [5, 0]);
    expect(run(ok, fault, { events: [ended] }).summary.recoveryMs).toBe(0);
    expect(run(ok, fault).summary.recoveryMs).toBeNull();
  });
});

describe("objectives", () => {
  const objective = (part: Partial<ObjectiveInput>): ObjectiveInput => ({
    metric: "latency",
    bound: "atMost",
    value: 800,
    percentile: 99,
    of: "answered",
    ...part,
  });
  const result = makeResult({ edges: [load({ ok: 9, failed: 1 })], services: [{ name: "shop" }] });

  test.each([
    [{}, "p99 latency of answered calls at most 800ms", 20, true],
    [
      { percentile: 99.9, of: "all", value: 1500 },
      "p99.9 latency of all calls that ended at most 1.5s",
      20,
      true,
    ],
    [
      { metric: "successRate", bound: "atLeast", value: 0.999 },
      "share of calls answered at least 99.9 %",
      0.9,
      false,
    ],
    [
      { metric: "okRate", bound: "atLeast", value: 0.9 },
      "share of calls answered in full at least 90 %",
      0.9,
      true,
    ],
    [
      { metric: "goodput", bound: "atLeast", value: 9 },
      "answered calls per second at least 9",
      9,
      true,
    ],
    [
      { metric: "amplification", value: 1.1 },
      "attempts per call, end to end, at most 1.1",
      1,
      true,
    ],
    [{ metric: "wastedWork", value: 0 }, "share of busy time wasted at most 0 %", 0, true],
    [
      { metric: "recoveryTime", value: 5000 },
      "time to recover after the last fault at most 5s",
      null,
      false,
    ],
  ] as const)("%j", (part, text, actual, met) => {
    const [judged] = judge([objective(part)], result);
    expect(judged).toMatchObject({ text, actual, met });
  });

  test("what could not be measured is missed", () => {
    const metrics = ["latency", "successRate", "okRate"] as const;
    const judged = judge(
      metrics.map((metric) => objective({ metric, bound: "atLeast", value: 0 })),
      makeResult(),
    );
    expect(judged.map(({ actual, met }) => [actual, met])).toEqual(Array(3).fill([null, false]));
  });

  test("the verdict is met only when all are", () => {
    const [met] = judge([objective({})], result);
    const [missed] = judge([objective({ value: 1 })], result);
    if (!met || !missed) throw new Error("one objective each");
    expect(verdictOf([])).toBe("none");
    expect(verdictOf([met])).toBe("met");
    expect(verdictOf([met, missed])).toBe("missed");
  });
});
