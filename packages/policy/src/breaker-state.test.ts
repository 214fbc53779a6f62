import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyProbation, circuitKinds } from "../test-support/breaker-options.ts";
import { Player, type Step, scripts, trace } from "../test-support/breaker-script.ts";
import { probationOptions } from "../test-support/breakers.ts";
import { holds } from "../test-support/properties.ts";
import { exportBreaker, restoreBreaker } from "./breaker-state.ts";
import { CircuitBreaker } from "./circuit-breaker/machine.ts";
import { ProbationBreaker } from "./probation-breaker/machine.ts";

const PROBATION = probationOptions();

type AnyBreaker = CircuitBreaker | ProbationBreaker;

/** Plays `before`, moves the state to another clock, plays `after` on both. */
function expectSameFuture(
  make: () => AnyBreaker,
  before: readonly Step[],
  after: readonly Step[],
  shiftMs: number,
): void {
  const breaker = make();
  const original = new Player(breaker);
  for (const step of before) original.play(step);
  original.releaseAll();
  const { nowMs } = original;
  const state = JSON.parse(JSON.stringify(exportBreaker(breaker, nowMs)));
  if (state.state === "recovering") {
    // The share that was let through so far is not kept, so who is next may differ; everything else is kept.
    const moved = make();
    expect(restoreBreaker(moved, state, nowMs + shiftMs)).toEqual([]);
    expect([moved.state, moved.wakeAtMs - shiftMs - nowMs]).toEqual([
      "halfOpen",
      expect.closeTo(state.remainingMs, 3),
    ]);
    expect(exportBreaker(moved, nowMs + shiftMs)).toMatchObject({
      ...state,
      remainingMs: expect.closeTo(state.remainingMs, 3),
    });
    return;
  }
  if (state.state !== breaker.state) {
    // Trials do not move. Those judged so far are lost, so the futures may differ.
    expect([breaker.state, state.state, state.remainingMs]).toEqual(["halfOpen", "open", 0]);
    return;
  }
  const there = make();
  if (restoreBreaker(there, state, nowMs + shiftMs).length > 0) expect.fail("refused");
  const moved = new Player(there, nowMs + shiftMs);
  const here = trace(original, after, nowMs);
  const elsewhere = trace(moved, after, nowMs + shiftMs);
  if (here.join("\n") !== elsewhere.join("\n")) expect(elsewhere).toEqual(here);
}

const anyShift = fc.integer({ min: -1e6, max: 1e9 });

describe("a breaker that was exported and restored goes on like the original", () => {
  it.each(circuitKinds)("circuit breaker with a %s window", (_kind, options) =>
    holds(
      fc.property(options, scripts, scripts, anyShift, (resolved, before, after, shiftMs) =>
        expectSameFuture(() => new CircuitBreaker(resolved), before, after, shiftMs),
      ),
    ),
  );

  it("probation breaker", () =>
    holds(
      fc.property(anyProbation, scripts, scripts, anyShift, (resolved, before, after, shiftMs) =>
        expectSameFuture(() => new ProbationBreaker(resolved), before, after, shiftMs),
      ),
    ));
});

describe("exported states with times that are no whole milliseconds", () => {
  it("are taken by the breaker that made them", () => {
    const options = fc.oneof(...circuitKinds.map(([, kind]) => kind));
    const starts = fc.double({ min: 0, max: 1e9, noNaN: true });
    holds(
      fc.property(options, scripts, starts, (resolved, steps, startMs) => {
        const breaker = new CircuitBreaker(resolved);
        const player = new Player(breaker, startMs);
        for (const step of steps) player.play(step);
        const problems = restoreBreaker(breaker, exportBreaker(breaker, player.nowMs), 7);
        if (problems.length > 0) expect(problems).toEqual([]);
      }),
    );
  });
});

/** Valid states, and what may be put in place of one of their values. */
const STATES: readonly object[] = [
  { format: "circuit-breaker/1", state: "open", openings: 2, remainingMs: 5 },
  {
    format: "circuit-breaker/1",
    state: "closed",
    window: { kind: "time", sizeMs: 100, buckets: 4, phaseMs: 7, slices: [{ ago: 0 }] },
  },
  { format: "circuit-breaker/1", state: "closed", window: { kind: "count", results: "f.s" } },
  { format: "circuit-breaker/1", state: "closed", window: { kind: "consecutive", failures: 1 } },
  { format: "probation-breaker/1", state: "open", remainingMs: 5 },
  {
    format: "probation-breaker/1",
    state: "halfOpen",
    remainingMs: 5,
    calls: 3,
    failures: 2,
    failuresInARow: 1,
  },
];
const VALUES = [undefined, null, -1, Number.NaN, 1e99, 1.5, 7, "", "open", "x", [], [[]], {}, true];

/** A state with one value changed, at the top or one level below, from one number. */
function spoilt(code: number): unknown {
  const state = structuredClone(STATES[code % STATES.length]) as Record<string, unknown>;
  const value = VALUES[(code >> 4) % VALUES.length];
  const window = state.window as Record<string, unknown> | undefined;
  const target = window !== undefined && (code >> 10) % 2 === 1 ? window : state;
  const keys = [...Object.keys(target), "extra"];
  const key = keys[(code >> 12) % keys.length] as string;
  if (code % 1000 === 0) return value;
  target[key] = value;
  return state;
}

describe("restore", () => {
  it("never throws, and leaves the breaker as it was when it refuses", () => {
    const options = fc.oneof(...circuitKinds.map(([, kind]) => kind));
    let taken = 0;
    holds(
      fc.property(options, anyProbation, fc.nat(2 ** 20), (circuit, probation, code) => {
        for (const breaker of [new CircuitBreaker(circuit), new ProbationBreaker(probation)]) {
          breaker.record(breaker.acquire(0), true, 1, 0);
          const before = JSON.stringify(exportBreaker(breaker, 1));
          if (restoreBreaker(breaker, spoilt(code), 1).length === 0) taken++;
          else if (JSON.stringify(exportBreaker(breaker, 1)) !== before) expect.fail("changed");
        }
      }),
    );
    // Some changes are harmless; if all were, the states above would be wrong already.
    expect(taken).toBeGreaterThan(100);
  });

  it("never throws, whatever it is given", () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 2 }), (state) => {
        const breaker = new ProbationBreaker(PROBATION);
        expect(restoreBreaker(breaker, state, 1)).not.toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
