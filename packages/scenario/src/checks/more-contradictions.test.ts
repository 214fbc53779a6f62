/** Contradictions of steps that repeat, of loads that come at given times, and of faults that strike again. */
import { expect, test } from "vitest";
import { checkScenario } from "../document/check.ts";
import type { Chaos, Fault } from "../types/fault.ts";
import type { Load } from "../types/load.ts";
import type { Scenario } from "../types/scenario.ts";
import type { Step } from "../types/step.ts";

interface Parts {
  readonly steps?: Step[];
  readonly load?: Load;
  readonly faults?: Fault[];
  readonly chaos?: Chaos[];
}

function problems({ steps = [], load, faults = [], chaos = [] }: Parts): string[] {
  const scenario: Scenario = {
    duration: "10s",
    services: {
      shop: { instances: 2, endpoints: { buy: { steps } } },
      store: { endpoints: { get: { steps: [{ work: 1 }] } } },
    },
    load: { users: load ?? { kind: "open", to: "shop", rate: 1 } },
    faults,
    chaos,
  };
  const outcome = checkScenario(scenario);
  return outcome.ok ? [] : outcome.problems.map(({ path, message }) => `${path}: ${message}`);
}

const call = { call: "store" } as const;
const pause = { kind: "pause", service: "shop" } as const;
const herd = { kind: "herd", to: "shop", users: 5 } as const;
const trace = { kind: "trace", to: "shop" } as const;
const point = (at: number) => ({ at, factor: 1 });

test("what fits is accepted", () => {
  expect(
    problems({
      steps: [
        { ...call, times: 3, needs: 2 },
        { quorum: [call, { work: 1 }], needs: 1 },
      ],
      load: { ...herd, after: "dark" },
      faults: [{ ...pause, name: "dark", at: 1000, for: 500, repeat: { every: 1000 } }],
      chaos: [{ gap: "1s", length: "1s", of: [pause] }],
    }),
  ).toEqual([]);
});

test.each<[string, Parts, string]>([
  [
    "a quorum of more than there are",
    { steps: [{ quorum: [call], needs: 2 }] },
    "needs: 2 can never",
  ],
  ["more answers than calls", { steps: [{ ...call, times: 2, needs: 3 }] }, "needs: 3 can never"],
  [
    "a quorum in sequence",
    { steps: [{ ...call, times: 2, needs: 1, order: "sequence" }] },
    "one after the other",
  ],
  [
    "a quorum of optional calls",
    { steps: [{ ...call, times: 2, needs: 1, optional: true }] },
    "counts as one always",
  ],
  [
    "a fan-out without bounds",
    { steps: [{ sequence: new Array(20).fill({ ...call, times: 1000 }) }] },
    "one request becomes 20001 requests",
  ],
  ["a herd at no time", { load: herd }, "has neither at or after"],
  ["a herd at two times", { load: { ...herd, at: 1, after: "x" } }, "has both at and after"],
  ["a herd after nothing", { load: { ...herd, after: "x" } }, "there is no fault with the name"],
  [
    "a herd after what never ends",
    { load: { ...herd, after: "dark" }, faults: [{ ...pause, name: "dark" }] },
    "no end",
  ],
  ["a herd after the run", { load: { ...herd, at: "11s" } }, "when the load does not play"],
  ["an empty trace", { load: trace }, "has neither times or rates"],
  ["rates without interval", { load: { ...trace, rates: [1] } }, "interval is how long"],
  ["times in disorder", { load: { ...trace, times: [5, 3] } }, "value 2: 3 ms is before"],
  ["a text without numbers", { load: { ...trace, times: "a\nb\n" } }, 'line 2 has no time: "b"'],
  [
    "a file that nobody reads here",
    { load: { ...trace, times: { file: "x" } } },
    "command line only",
  ],
  [
    "a shape of a herd",
    { load: { ...herd, at: 1, shape: { kind: "constant" } } },
    "no rate that a shape",
  ],
  [
    "points in disorder",
    {
      load: {
        kind: "open",
        to: "shop",
        rate: 1,
        shape: { kind: "points", points: [point(9), point(2)] },
      },
    },
    "begins no later",
  ],
  [
    "points that play over themselves",
    {
      load: {
        kind: "open",
        to: "shop",
        rate: 1,
        shape: { kind: "points", points: [point(0), point(9)], every: 5 },
      },
    },
    "before the last of them",
  ],
  [
    "days shorter than anything",
    {
      load: {
        kind: "open",
        to: "shop",
        rate: 1,
        shape: { kind: "diurnal", low: 0, high: 1, period: 1 },
      },
    },
    "goes round 10000 times",
  ],
  ["a repeat at no time", { faults: [{ ...pause, for: 5, repeat: {} }] }, "neither every nor gap"],
  ["a repeat without an end", { faults: [{ ...pause, repeat: { every: 10 } }] }, "never ends"],
  [
    "a repeat that overlaps",
    { faults: [{ ...pause, for: 20, repeat: { every: 10 } }] },
    "before its end",
  ],
  [
    "lengths that are fixed and drawn",
    { faults: [{ ...pause, for: 5, repeat: { every: 10, length: 3 } }] },
    "goes with gap",
  ],
  [
    "more strikes than a run holds",
    { faults: [{ ...pause, for: 0.1, repeat: { every: 0.5 } }] },
    "more than 10000 times",
  ],
  [
    "gaps of nothing",
    { faults: [{ ...pause, repeat: { gap: 0, length: 0 } }] },
    "more than 10000 times",
  ],
  [
    "chaos with times",
    { chaos: [{ gap: 1000, length: 5, of: [{ ...pause, at: 5 }] }] },
    "of[0].at",
  ],
  [
    "chaos on what is not there",
    { chaos: [{ gap: 1000, length: 5, of: [{ kind: "pause", service: "shp" }] }] },
    'chaos[0].of[0].service: there is no service "shp"',
  ],
])("%s is refused", (_, parts, message) => {
  expect(problems(parts).join("\n")).toContain(message);
});
