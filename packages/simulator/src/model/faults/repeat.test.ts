/** Faults that strike more than once: when they strike, read from the spans in the result. */
import type { Fault, Scenario } from "@breakwater/scenario";
import { describe, expect, test } from "vitest";
import { run } from "../../../test-support/run.ts";
import { service } from "../../../test-support/timeline.ts";

const spans = (rest: Partial<Scenario>) =>
  run({
    duration: 1000,
    drain: 0,
    services: { shop: service([{ work: 1 }], { instances: 3 }) },
    load: { all: { kind: "open", to: "shop", rate: 10 } },
    ...rest,
  }).faults.map(({ name, kind, startMs, endMs }) => ({ name, kind, startMs, endMs }));
const times = (fault: Fault, rest: Partial<Scenario> = {}) =>
  spans({ faults: [fault], ...rest }).map(({ startMs, endMs }) => [startMs, endMs]);

const pause: Fault = { kind: "pause", service: "shop", at: 100, for: 50 };

describe("repeat", () => {
  test("every so often, to the end of the run or so many times", () => {
    expect(times({ ...pause, repeat: { every: 300 } })).toEqual([
      [100, 150],
      [400, 450],
      [700, 750],
    ]);
    expect(times({ ...pause, repeat: { every: 300, times: 2 } })).toHaveLength(2);
  });
  test("with gaps and lengths, each gap from the end before it", () => {
    const repeat = { gap: 200, length: 100 };
    expect(times({ ...pause, repeat })).toEqual([
      [300, 400],
      [600, 700],
      [900, 1000],
    ]);
  });
  test("draws gaps of the given mean from the scenario's seed", () => {
    const repeat = { gap: { kind: "exponential", mean: 90 }, length: 10 } as const;
    const long = { duration: 100_000 };
    const drawn = times({ ...pause, repeat }, long);
    // 1,000 renewals of mean 100 and deviation 90: the count has the deviation 90 / 100 x sqrt(1000) = 28.
    expect(Math.abs(drawn.length - 1000)).toBeLessThan(3 * 28);
    expect(times({ ...pause, repeat }, long)).toEqual(drawn);
    expect(times({ ...pause, repeat }, { ...long, seed: 2 })).not.toEqual(drawn);
  });
  test("per instance: each has times of its own, as garbage collections have", () => {
    const repeat = {
      gap: { kind: "uniform", min: 50, max: 400 },
      length: 20,
      perInstance: true,
    } as const;
    const names = spans({ faults: [{ ...pause, name: "collection", repeat }] }).map(
      ({ name }) => name,
    );
    for (const instance of [0, 1, 2]) expect(names).toContain(`collection, instance ${instance}`);
    const starts = spans({ faults: [{ ...pause, repeat }] }).map(({ startMs }) => startMs);
    expect(new Set(starts).size).toBe(starts.length);
  });
});

describe("chaos", () => {
  const chaos = {
    seed: 7,
    gap: { kind: "exponential" as const, mean: 50 },
    length: 20,
    of: [
      { kind: "pause" as const, service: "shop", instance: 1 },
      { kind: "error" as const, service: "shop", share: 0.5 },
    ],
  };
  const drawn = (rest: Partial<Scenario> = {}) =>
    spans({ chaos: [chaos], duration: 20_000, ...rest });

  test("draws from its list, all alike, one at a time", () => {
    const all = drawn();
    // 20,000 / 70 renewals of deviation 50: 286 +- 3 x 50 / 70 x sqrt(286).
    expect(Math.abs(all.length - 20_000 / 70)).toBeLessThan(3 * (50 / 70) * Math.sqrt(286));
    const pauses = all.filter(({ kind }) => kind === "pause").length;
    expect(Math.abs(pauses / all.length - 0.5)).toBeLessThan(0.1);
    for (const [index, { startMs }] of all.entries()) {
      expect(startMs).toBeGreaterThanOrEqual(all[index - 1]?.endMs ?? 0);
    }
  });
  test("follows from its own seed, whatever the scenario's is", () => {
    expect(drawn({ seed: 5 })).toEqual(drawn());
    expect(drawn({ chaos: [{ ...chaos, seed: 8 }] })).not.toEqual(drawn());
  });
  test("strikes only while it lasts", () => {
    const some = drawn({ chaos: [{ ...chaos, at: 1000, for: 500 }] });
    expect(some.length).toBeGreaterThan(0);
    for (const { startMs } of some) expect(startMs >= 1000 && startMs < 1500).toBe(true);
  });
});
