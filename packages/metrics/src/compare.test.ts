import { describe, expect, test } from "vitest";
import { compareRuns } from "./compare.ts";
import { readRun } from "./read-run.ts";
import { makeResult } from "./testing/index.ts";

const services = [{ name: "shop", busy: 4 }];
const fault = { kind: "latency", target: "shop", startMs: 5000, endMs: 10_000 };
const a = makeResult({
  name: "bare",
  services,
  faults: [fault],
  edges: [{ from: "users", to: "shop", outcomes: { ok: 50, failed: 50 }, latencyMs: 80 }],
});
const b = makeResult({
  name: "protected",
  services,
  faults: [fault],
  edges: [
    {
      from: "users",
      to: "shop",
      outcomes: { ok: 80, fallback: 10, failed: 10 },
      attemptsPerCall: 1.5,
      circuit: { breakers: 2, opened: 1, open: 1 },
    },
  ],
});

describe("compareRuns", () => {
  const row = (metric: string, x = a, y = b) =>
    compareRuns(x, y).rows.find((each) => each.metric === metric);

  test("judges each metric by its own direction", () => {
    expect(row("goodput")).toEqual({
      metric: "goodput",
      unit: "per second",
      a: 50,
      b: 90,
      difference: 40,
      ratio: 1.8,
      change: "better",
    });
    expect(row("p99")).toMatchObject({ a: 80, b: 20, ratio: 0.25, change: "better" });
    expect(row("amplification")).toMatchObject({ a: 1, b: 1.5, change: "worse" });
    expect(row("goodput", b, a)).toMatchObject({ difference: -40, change: "worse" });
    expect(row("attempts")).toMatchObject({ a: 3000, b: 4500, change: "different" });
  });

  test("a run is the same as itself", () => {
    expect(compareRuns(a, a).rows.map(({ change }) => change)).toEqual(Array(16).fill("same"));
    expect(compareRuns(a, a).cautions).toEqual([]);
  });

  test("does not divide by nothing, nor compare what was not measured", () => {
    expect(row("wasted work")).toMatchObject({ a: 0, ratio: null, change: "same" });
    expect(row("p50", makeResult(), a)).toMatchObject({
      a: null,
      difference: null,
      ratio: null,
      change: "different",
    });
  });

  test("cautions against comparing what is not alike", () => {
    const other = makeResult({ seed: 2, durationMs: 60_000 });
    expect(compareRuns(a, { ...other, mode: "live" }).cautions).toEqual([
      "different modes: simulated and live",
      "different seeds: 1 and 2",
      "different durations: 30s and 60s",
      "different loads: users -> shop and none",
    ]);
  });
});

describe("readRun", () => {
  const copy = () => JSON.parse(JSON.stringify(b));

  test("takes what a run has written", () => {
    expect(readRun(copy())).toEqual({ ok: true, result: copy() });
    expect(readRun(JSON.parse(JSON.stringify(makeResult())))).toMatchObject({ ok: true });
  });

  test.each([
    ["no format", null],
    ["no format", []],
    ["no format", "breakwater-run/1"],
    ['its format is "breakwater-run/9"', { format: "breakwater-run/9" }],
  ])("refuses what is no run: %s", (message, value) => {
    const read = readRun(value);
    expect(read.ok).toBe(false);
    expect(read).toMatchObject({ problem: expect.stringContaining(message) });
  });

  test.each<[string, (run: ReturnType<typeof copy>) => void]>([
    ["seed must be a whole number", (run) => delete run.seed],
    ["bucketMs must be above 0", (run) => (run.bucketMs = 0)],
    ["at most 200000 are read", (run) => (run.timeMs = Array(200_001).fill(0))],
    ["edges[0].series.ok has 29 items instead of 30", (run) => run.edges[0].series.ok.pop()],
    ["edges[0].series.p99[3] must be a number", (run) => (run.edges[0].series.p99[3] = "x")],
    ["edges[0].outcomes.ok must be a whole number", (run) => (run.edges[0].outcomes.ok = 0.5)],
    ["endToEnd.latency.all: count must be", (run) => (run.endToEnd.latency.all.count = 1)],
    ["edges[0].circuit.series must be an object", (run) => (run.edges[0].circuit.series = [])],
    ["services must be a list", (run) => (run.services = {})],
    ["services[0].workers must be", (run) => (run.services[0].workers = "many")],
    ["events[0].type must be one of", (run) => (run.events[0].type = "boom")],
    ["faults[0].endMs must be a number", (run) => (run.faults[0].endMs = -1)],
    ["name is longer than 500", (run) => (run.name = "x".repeat(501))],
    ["drained must be true or false", (run) => (run.drained = 1)],
    ["verdict must be one of met, missed, none", (run) => (run.verdict = "good")],
    ["summary.p50Ms must be a number", (run) => (run.summary.p50Ms = "fast")],
    ["conservation[0].offered must be a number", (run) => (run.conservation[0].offered = null)],
  ])("says what is wrong: %s", (message, spoil) => {
    const run = copy();
    spoil(run);
    expect(readRun(run)).toEqual({ ok: false, problem: expect.stringContaining(message) });
  });

  test("does not read what is only inherited", () => {
    expect(readRun(Object.create(copy()))).toMatchObject({ ok: false });
  });
});
