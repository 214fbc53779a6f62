import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NaiveWindow } from "../../test-support/naive-circuit-breaker.ts";
import { holds } from "../../test-support/properties.ts";
import type { ResolvedCircuitBreaker } from "./resolved.ts";
import { exportWindow, restoreWindow } from "./window-state.ts";
import { type CallWindow, ConsecutiveWindow, CountWindow, TimeWindow } from "./windows.ts";

type Options = ResolvedCircuitBreaker["window"];

function make(options: Options): CallWindow {
  if (options.kind === "consecutive") return new ConsecutiveWindow();
  if (options.kind === "count") return new CountWindow(options.size);
  return new TimeWindow(options.sizeMs, options.buckets);
}

const kinds: Record<string, fc.Arbitrary<Options>> = {
  consecutive: fc.constant({ kind: "consecutive", failures: 3 } as const),
  count: fc.integer({ min: 1, max: 6 }).map((size) => ({ kind: "count", size }) as const),
  // 100 ms in 3 or 7 slices: a slice is not a whole number of milliseconds.
  time: fc
    .constantFrom(1, 3, 4, 7, 10)
    .map((buckets) => ({ kind: "time", sizeMs: 100, buckets }) as const),
};
/** A result and the pause before it, in one number: 2 bits of result, the rest milliseconds. */
const results = fc.array(fc.nat(4 * 60 - 1), { maxLength: 20, size: "max" });
const decode = (code: number) => ({
  failed: (code & 1) === 1,
  slow: (code & 2) === 2,
  // Mostly short pauses, sometimes longer than the window.
  pauseMs: code >> 2 > 50 ? (code >> 2) * 4 : code >> 3,
});

describe.each(Object.entries(kinds))("%s window", (_kind, options) => {
  it("counts what a window counts that stores every result", () =>
    holds(
      fc.property(options, results, fc.nat(1e6), (window, codes, startMs) => {
        const fast = make(window);
        const naive = new NaiveWindow(window);
        let nowMs = startMs;
        for (const { failed, slow, pauseMs } of codes.map(decode)) {
          nowMs += pauseMs;
          fast.expire(nowMs);
          const before = naive.counts(nowMs);
          expectCounts(fast, before, window);
          fast.add(failed, slow, nowMs);
          naive.add({ atMs: nowMs, failed, slow });
          expectCounts(fast, naive.counts(nowMs), window);
        }
      }),
    ));

  it("goes on the same after an export and an import on another clock", () =>
    holds(
      fc.property(options, results, results, fc.nat(1e6), (window, before, after, shiftMs) => {
        const original = make(window);
        const moved = make(window);
        let nowMs = 0;
        for (const { failed, slow, pauseMs } of before.map(decode)) {
          nowMs += pauseMs;
          original.add(failed, slow, nowMs);
        }
        moved.add(true, true, 5);
        const state = JSON.parse(JSON.stringify(exportWindow(original, nowMs)));
        restoreWindow(moved, state, nowMs + shiftMs);
        for (const { failed, slow, pauseMs } of after.map(decode)) {
          nowMs += pauseMs;
          original.add(failed, slow, nowMs);
          moved.add(failed, slow, nowMs + shiftMs);
          expectCounts(moved, original, window);
        }
      }),
    ));

  it("is empty after clear", () => {
    const window = make(fc.sample(options, { numRuns: 1, seed: 1 })[0] as Options);
    window.add(true, true, 0);
    window.clear();
    expectCounts(window, { calls: 0, failures: 0, slow: 0 }, { kind: "count", size: 1 });
  });
});

type Counts = { calls: number; failures: number; slow: number };

function expectCounts(window: Counts, expected: Counts, { kind }: Options): void {
  // A consecutive window does not look at slowness. Compared as text: `expect` costs more than all the rest.
  const slow = (counts: Counts) => (kind === "consecutive" ? 0 : counts.slow);
  const text = (counts: Counts) => `${counts.calls} ${counts.failures} ${slow(counts)}`;
  if (text(window) !== text(expected)) expect(text(window)).toBe(text(expected));
}

describe("time window", () => {
  it("holds every result younger than the window less a slice, and none as old as the window", () =>
    holds(
      fc.property(fc.nat(1000), fc.nat(300), fc.constantFrom(1, 3, 10), (at, later, buckets) => {
        const window = new TimeWindow(100, buckets);
        window.add(false, false, 0);
        window.add(true, false, at);
        window.expire(at + later);
        if (later < 100 - 100 / buckets && window.failures !== 1) expect.fail("lost too early");
        if (later >= 100 && window.failures !== 0) expect.fail("kept too long");
      }),
    ));

  it("is emptied by an idle hour though nobody calls", () => {
    const window = new TimeWindow(10_000, 10);
    for (let i = 0; i < 4; i++) window.add(true, false, i);
    window.expire(3_600_000);
    expect(window).toMatchObject({ calls: 0, failures: 0 });
  });

  it("takes a result that arrives with an older time into its latest slice", () => {
    const window = new TimeWindow(100, 10);
    window.add(true, false, 500);
    window.add(true, false, 400);
    expect(window.failures).toBe(2);
  });
});

describe("count window", () => {
  it("exports its results oldest first, in one letter each", () => {
    const window = new CountWindow(3);
    for (const [failed, slow] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      window.add(failed, slow);
    }
    expect(exportWindow(window, 0)).toEqual({ kind: "count", results: "fs." });
  });
});
