import { describe, expect, it } from "vitest";
import { circuitOptions } from "../../test-support/breakers.ts";
import { CircuitBreaker } from "./machine.ts";
import type { CircuitBreakerOptions } from "./options.ts";
import { exportCircuitBreaker, restoreCircuitBreaker } from "./state.ts";

const make = (options: CircuitBreakerOptions) => new CircuitBreaker(circuitOptions(options));
const fail = (breaker: CircuitBreaker, nowMs: number) =>
  breaker.record(breaker.acquire(nowMs), true, 1, nowMs);

const oneFailure: CircuitBreakerOptions = {
  window: { kind: "consecutive", failures: 1 },
  openFor: { base: "1s", factor: 2, cap: "1min" },
};
const format = "circuit-breaker/1";
const recovering: CircuitBreakerOptions = {
  window: { kind: "count", size: 10 },
  minimumCalls: 1,
  openFor: { base: "1s", factor: 2 },
  recovery: { steps: [0.5, 1], stepFor: "2s", minimumCalls: 2 },
};

describe("export", () => {
  it("tells the window of a closed circuit without clock readings", () => {
    const breaker = make({ window: { kind: "time", size: "1s", buckets: 4 } });
    fail(breaker, 5_000_100);
    fail(breaker, 5_000_700);
    expect(exportCircuitBreaker(breaker, 5_000_900)).toEqual({
      format,
      state: "closed",
      window: {
        kind: "time",
        sizeMs: 1000,
        buckets: 4,
        phaseMs: 800,
        slices: [
          { ago: 3, calls: 1, failures: 1, slow: 0 },
          { ago: 1, calls: 1, failures: 1, slow: 0 },
        ],
      },
    });
  });

  it("tells how long an open circuit stays open, and how often it has opened", () => {
    const breaker = make(oneFailure);
    fail(breaker, 0);
    fail(breaker, 1000);
    expect(exportCircuitBreaker(breaker, 1500)).toEqual({
      format,
      state: "open",
      openings: 2,
      remainingMs: 1500,
    });
  });

  it("makes a half-open circuit an open one whose time is over: trials do not move", () => {
    const breaker = make(oneFailure);
    fail(breaker, 0);
    breaker.acquire(1000);
    const state = exportCircuitBreaker(breaker, 1001);
    expect(state).toEqual({ format, state: "open", openings: 1, remainingMs: 0 });
    const moved = make(oneFailure);
    expect(restoreCircuitBreaker(moved, state, 77)).toEqual([]);
    expect(moved.acquire(77)).not.toBe(-1);
    expect(moved.state).toBe("halfOpen");
  });

  it("tells the step of a recovery, how long it goes on, and what it has seen", () => {
    const breaker = make(recovering);
    fail(breaker, 0);
    breaker.record(breaker.acquire(1000), false, 1, 1000);
    fail(breaker, 3100);
    const state = exportCircuitBreaker(breaker, 3250);
    const window = { kind: "count", results: "f" };
    const expected = { state: "recovering", openings: 1, step: 1, remainingMs: 1750, window };
    expect(state).toEqual({ format, ...expected });

    const moved = make(recovering);
    expect(restoreCircuitBreaker(moved, state, 50)).toEqual([]);
    expect([moved.state, moved.share, moved.wakeAtMs]).toEqual(["halfOpen", 1, 1800]);
    fail(moved, 60);
    expect([moved.state, moved.wakeAtMs]).toEqual(["open", 2060]);
  });

  it("makes the changes that were due first", () => {
    const breaker = make(oneFailure);
    fail(breaker, 0);
    expect(exportCircuitBreaker(breaker, 9999)).toMatchObject({ remainingMs: 0 });
    expect(breaker.state).toBe("halfOpen");
  });
});

describe("restore", () => {
  it("keeps the growth of the open time", () => {
    const breaker = make(oneFailure);
    restoreCircuitBreaker(breaker, { format, state: "open", openings: 3, remainingMs: 10 }, 0);
    fail(breaker, 10);
    expect(breaker.wakeAtMs).toBe(10 + 8000);
  });

  it("keeps an isolated circuit isolated", () => {
    const breaker = make({});
    expect(restoreCircuitBreaker(breaker, { format, state: "isolated" }, 0)).toEqual([]);
    expect(breaker.acquire(1e9)).toBe(-1);
  });

  it("makes permits from before stale, and forgets the results from before", () => {
    const breaker = make({ window: { kind: "consecutive", failures: 2 } });
    const permit = breaker.acquire(0);
    fail(breaker, 0);
    const window = { kind: "consecutive", failures: 0 };
    restoreCircuitBreaker(breaker, { format, state: "closed", window }, 1);
    expect(breaker.record(permit, true, 1, 1)).toBe(false);
    fail(breaker, 2);
    expect(breaker.state).toBe("closed");
  });

  it("refuses trials that hang over from before", () => {
    const breaker = make(oneFailure);
    fail(breaker, 0);
    const trial = breaker.acquire(1000);
    restoreCircuitBreaker(breaker, { format, state: "open", openings: 1, remainingMs: 0 }, 1001);
    expect(breaker.acquire(1001)).not.toBe(-1);
    expect(breaker.record(trial, false, 1, 1002)).toBe(false);
    expect(breaker.state).toBe("halfOpen");
  });
});

describe("restore refuses", () => {
  const counted = { window: { kind: "count", size: 3 } } as const;
  const timed = { window: { kind: "time", size: "1s", buckets: 4 } } as const;
  const time = { kind: "time", sizeMs: 1000, buckets: 4, phaseMs: 0 };
  const slice = { ago: 0, calls: 2, failures: 1, slow: 0 };
  const open = { format, state: "open", openings: 1, remainingMs: 0 };
  const closed = (window: unknown) => ({ format, state: "closed", window });
  const slices = (...list: unknown[]) => closed({ ...time, slices: list });

  const cases: [string, CircuitBreakerOptions, unknown, string][] = [
    ["nothing", {}, undefined, ""],
    ["text", {}, "open", ""],
    ["an empty object", {}, {}, "state"],
    ["an unknown state", {}, { format, state: "ajar" }, "state"],
    ["half-open", {}, { format, state: "halfOpen" }, "state"],
    ["another version", {}, { ...open, format: "circuit-breaker/2" }, "format"],
    ["no version", {}, { ...open, format: undefined }, "format"],
    ["an unknown key", {}, { ...open, wakeAtMs: 5 }, "wakeAtMs"],
    ["a negative rest", {}, { ...open, remainingMs: -1 }, "remainingMs"],
    ["a rest that is no number", {}, { ...open, remainingMs: Number.NaN }, "remainingMs"],
    ["a rest longer than it stays open", {}, { ...open, remainingMs: 10_001 }, "remainingMs"],
    ["an open circuit that never opened", {}, { ...open, openings: 0 }, "openings"],
    ["half an opening", {}, { ...open, openings: 1.5 }, "openings"],
    ["a closed circuit without window", {}, { format, state: "closed" }, "window"],
    ["another kind of window", timed, closed({ kind: "count", results: "" }), "window.kind"],
    [
      "more results than fit",
      counted,
      closed({ kind: "count", results: "...." }),
      "window.results",
    ],
    ["an unknown result", counted, closed({ kind: "count", results: "x" }), "window.results"],
    [
      "as many failures as open it",
      oneFailure,
      closed({ kind: "consecutive", failures: 1 }),
      "window.failures",
    ],
    ["another size", timed, closed({ ...time, sizeMs: 2000, slices: [] }), "window.sizeMs"],
    [
      "another number of slices",
      timed,
      closed({ ...time, buckets: 5, slices: [] }),
      "window.buckets",
    ],
    ["a slice older than the window", timed, slices({ ...slice, ago: 4 }), "window.slices[0].ago"],
    [
      "more failures than calls",
      timed,
      slices({ ...slice, failures: 3 }),
      "window.slices[0].failures",
    ],
    ["more slow ones than calls", timed, slices({ ...slice, slow: 3 }), "window.slices[0].slow"],
    ["negative calls", timed, slices({ ...slice, calls: -2 }), "window.slices[0].calls"],
    [
      "a recovery, without such an option",
      {},
      { ...open, state: "recovering", step: 0, window: { kind: "count", results: "" } },
      "state",
    ],
    [
      "a step that there is not",
      recovering,
      { ...open, state: "recovering", step: 2, window: { kind: "count", results: "" } },
      "step",
    ],
    [
      "a rest longer than the step",
      recovering,
      {
        ...open,
        state: "recovering",
        step: 0,
        remainingMs: 2001,
        window: { kind: "count", results: "" },
      },
      "remainingMs",
    ],
    ["a slice twice", timed, slices(slice, slice), "window.slices[1].ago"],
  ];

  it.each(cases)("%s", (_name, options, state, path) => {
    const breaker = make(options);
    const permit = breaker.acquire(0);
    const problems = restoreCircuitBreaker(breaker, state, 0);
    expect(problems.map((problem) => problem.path)).toContain(path);
    expect(problems.every(({ message, allowed, fix }) => message && allowed && fix)).toBe(true);
    expect(breaker.record(permit, false, 1, 0)).toBe(true);
  });
});
