import { describe, expect, test } from "vitest";
import { Histogram } from "../histogram.ts";
import type { ObjectiveInput } from "../objectives.ts";
import { makeResult } from "../testing/make-result.ts";
import { levels, users } from "../testing/told.ts";
import { compareReplications } from "./compare-replications.ts";
import { digestOf } from "./digest.ts";
import { gatherReplications } from "./replications.ts";

const latency: ObjectiveInput = {
  metric: "latency",
  bound: "atMost",
  value: 100,
  percentile: 99,
  of: "answered",
};
const rare: ObjectiveInput = { ...latency, metric: "collapseProbability", value: 0.3 };

/** Runs whose calls take so long each, with seeds from 1 on. */
const digests = (latencies: readonly number[], objectives: readonly ObjectiveInput[]) =>
  latencies.map((latencyMs, i) =>
    digestOf(makeResult({ seed: i + 1, edges: [users({ ok: 10 }, { latencyMs })] }, objectives)),
  );
const gather = (latencies: readonly number[], objectives: readonly ObjectiveInput[] = []) =>
  gatherReplications(
    { engine: "0", name: "made", seed: 1, asked: latencies.length, objectives },
    digests(latencies, objectives),
  );

describe("replications", () => {
  test("means over runs, percentiles over the calls of all", () => {
    const { metrics, latency: merged, done } = gather([10, 20, 30, 200]);
    expect(done).toBe(4);
    expect(metrics.find(({ metric }) => metric === "p50")).toMatchObject({
      runs: 4,
      mean: 65,
      min: 10,
      max: 200,
    });
    // The mean of the four medians is no percentile of anything; the merged histogram has one.
    expect(merged.answered.p50Ms).toBeCloseTo(20, 0);
    expect(merged.answered.p99Ms).toBeCloseTo(200, -1);
    expect(Histogram.fromData(merged.answered.histogram).count).toBe(1200);
  });

  test("a run that misses an objective has collapsed", () => {
    const { collapse, probabilities, objectives, verdict } = gather([10, 10, 10, 200], [latency]);
    expect(collapse).toMatchObject({ times: 1, runs: 4, share: 0.25 });
    expect(probabilities.map(({ of, times }) => [of, times])).toEqual([
      ["metastable", 0],
      ["missed: p99 latency of answered calls at most 100ms", 1],
    ]);
    // A quarter of all calls took 200 ms: so did the 99th percentile.
    expect(objectives[0]?.actual).toBeCloseTo(200, -1);
    expect(objectives[0]?.met).toBe(false);
    expect(verdict).toBe("missed");
  });

  test("a bound on the probability of collapse decides alone", () => {
    const { objectives, verdict } = gather([10, 10, 10, 200], [latency, rare]);
    expect(objectives.map(({ met }) => met)).toEqual([false, true]);
    expect(objectives[1]).toMatchObject({
      actual: 0.25,
      text: "probability of collapse at most 30 %",
    });
    expect(verdict).toBe("met");
    expect(gather([200, 200, 10], [latency, rare]).verdict).toBe("missed");
  });

  test("in a single run that probability is 0 or 1", () => {
    const one = (latencyMs: number) =>
      makeResult({ edges: [users({ ok: 10 }, { latencyMs })] }, [rare, latency]).objectives[0];
    expect(one(10)).toMatchObject({ actual: 0, met: true });
    expect(one(200)).toMatchObject({ actual: 1, met: false });
  });

  test("a goodput that does not come back is a collapse without any objective", () => {
    const plan = (after: number) => ({
      faults: [{ kind: "pause", target: "homepage", startMs: 10_000, endMs: 12_000 }],
      edges: [
        users({ ok: levels([10, 100], [20, after]), failed: levels([10, 0], [20, 100 - after]) }),
      ],
    });
    expect(digestOf(makeResult(plan(10)))).toMatchObject({ metastable: true, collapsed: true });
    expect(digestOf(makeResult(plan(100)))).toMatchObject({ metastable: false, collapsed: false });
  });

  test("a spike of load is a trigger as well", () => {
    const spike = (after: number) => ({
      edges: [
        users({
          ok: levels([10, 100], [2, 100], [18, after]),
          failed: levels([10, 0], [2, 200], [18, 100 - after]),
        }),
      ],
    });
    expect(makeResult(spike(20)).summary.metastable).toBe(true);
    expect(makeResult(spike(98)).summary.metastable).toBe(false);
    // No trigger, no metastable state: it was never better.
    expect(makeResult({ edges: [users({ ok: 20, failed: 80 })] }).summary.metastable).toBe(false);
  });

  test("a load that falls explains a lower goodput", () => {
    const plan = {
      faults: [{ kind: "pause", target: "homepage", startMs: 10_000, endMs: 12_000 }],
      edges: [
        users({ ok: levels([10, 100], [2, 0], [18, 50]), failed: levels([10, 0], [2, 100]) }),
      ],
    };
    expect(makeResult(plan).summary.metastable).toBe(false);
  });
});

describe("pairs of runs", () => {
  test("what both have in common does not widen the interval", () => {
    const a = gather([10, 50, 90, 130]);
    const b = gather([12, 52, 92, 133]);
    const p50 = compareReplications(a, b).rows.find(({ metric }) => metric === "p50");
    expect(p50).toMatchObject({ a: 70, b: 72.25, change: "worse" });
    expect(p50?.difference.low).toBeGreaterThan(0);
    // Beside each other the two intervals overlap by far.
    const [first, second] = [a, b].map(({ metrics }) =>
      metrics.find(({ metric }) => metric === "p50"),
    );
    expect(second?.low).toBeLessThan(first?.high ?? 0);
  });

  test("chance alone is unclear, and only common seeds are paired", () => {
    const a = gather([10, 20, 30]);
    const b = gather([20, 10, 30, 40]);
    const { pairs, rows, collapse } = compareReplications(a, b);
    expect(pairs).toBe(3);
    expect(rows.find(({ metric }) => metric === "p50")?.change).toBe("unclear");
    expect(rows.find(({ metric }) => metric === "goodput")?.change).toBe("same");
    expect(collapse).toMatchObject({ pairs: 3, difference: 0, change: "unclear" });
  });
});
