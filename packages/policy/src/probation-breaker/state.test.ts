import { describe, expect, it } from "vitest";
import { probationOptions } from "../../test-support/breakers.ts";
import { ProbationBreaker } from "./machine.ts";
import { exportProbationBreaker, restoreProbationBreaker } from "./state.ts";

const format = "probation-breaker/1";
const make = () => new ProbationBreaker(probationOptions());
const fail = (breaker: ProbationBreaker, nowMs: number) =>
  breaker.record(breaker.acquire(nowMs), true, 1, nowMs);

describe("export", () => {
  it("tells the rest of the probation and its counts", () => {
    const breaker = make();
    fail(breaker, 1_000_000);
    fail(breaker, 1_001_000);
    const state = {
      state: "halfOpen",
      remainingMs: 4000,
      calls: 2,
      failures: 2,
      failuresInARow: 2,
    };
    expect(exportProbationBreaker(breaker, 1_001_000)).toEqual({ format, ...state });
  });

  it("tells the rest of the open time, 0 when only a trial is missing", () => {
    const breaker = make();
    for (let i = 0; i < 5; i++) fail(breaker, 0);
    const open = { format, state: "open" };
    expect(exportProbationBreaker(breaker, 4000)).toEqual({ ...open, remainingMs: 6000 });
    breaker.acquire(20_000);
    expect(exportProbationBreaker(breaker, 20_001)).toEqual({ ...open, remainingMs: 0 });
  });

  it("has nothing to tell of a closed or an isolated circuit but that", () => {
    const breaker = make();
    expect(exportProbationBreaker(breaker, 1)).toEqual({ format, state: "closed" });
    breaker.isolate(2);
    expect(exportProbationBreaker(breaker, 3)).toEqual({ format, state: "isolated" });
  });
});

describe("restore", () => {
  it("lets a trial out though one was out before: that one belonged to another process", () => {
    const breaker = make();
    for (let i = 0; i < 5; i++) fail(breaker, 0);
    const trial = breaker.acquire(20_000);
    restoreProbationBreaker(breaker, { format, state: "open", remainingMs: 0 }, 20_001);
    expect(breaker.wakeAtMs).toBe(Number.POSITIVE_INFINITY);
    expect(breaker.acquire(20_001)).not.toBe(-1);
    expect(breaker.record(trial, false, 1, 20_002)).toBe(false);
  });
});

describe("restore refuses", () => {
  const half = {
    format,
    state: "halfOpen",
    remainingMs: 1,
    calls: 4,
    failures: 3,
    failuresInARow: 2,
  };
  const cases: [string, unknown, string][] = [
    ["nothing", null, ""],
    ["a list", [], ""],
    ["an empty object", {}, "state"],
    ["another version", { format: "probation-breaker/2", state: "closed" }, "format"],
    ["the other kind of breaker", { format: "circuit-breaker/1", state: "isolated" }, "format"],
    ["an unknown key", { format, state: "closed", calls: 1 }, "calls"],
    ["no rest", { format, state: "open" }, "remainingMs"],
    ["a negative rest", { format, state: "open", remainingMs: -1 }, "remainingMs"],
    [
      "a rest longer than it stays open",
      { format, state: "open", remainingMs: 10_001 },
      "remainingMs",
    ],
    ["a rest longer than a probation", { ...half, remainingMs: 5001 }, "remainingMs"],
    ["negative calls", { ...half, calls: -4 }, "calls"],
    ["more failures than calls", { ...half, failures: 5 }, "failures"],
    ["more failures in a row than failures", { ...half, failuresInARow: 4 }, "failuresInARow"],
    [
      "as many failures in a row as open it",
      { ...half, calls: 9, failures: 9, failuresInARow: 5 },
      "failuresInARow",
    ],
  ];

  it.each(cases)("%s", (_name, state, path) => {
    const breaker = make();
    const permit = breaker.acquire(0);
    const problems = restoreProbationBreaker(breaker, state, 0);
    expect(problems.map((problem) => problem.path)).toContain(path);
    expect(problems.every(({ message, allowed, fix }) => message && allowed && fix)).toBe(true);
    expect(breaker.record(permit, true, 1, 0)).toBe(true);
    expect(breaker.state).toBe("halfOpen");
  });
});
