import type { ProbationBreakerOptions } from "breakwater";
import { type ConformanceCase, call, calls, failed, moments, ok, silent } from "../case.ts";

const probation = (more: ProbationBreakerOptions = {}) => ({
  probationBreaker: { halfFor: 1000, failures: 3, openFor: 2000, ...more },
});

/** Three failures that open the circuit at 25, until 2025. */
const OPENING = calls([0, 10, 20], failed(5));
const HALF = "5 circuit half-open: first failure";
const OPENED = "25 circuit opened: 3 failures in a row on probation";

/** The rows of the table that the machine was made from. */
const retailCases: readonly ConformanceCase[] = [
  {
    name: "retail 1: closed, success: stays closed",
    policy: probation(),
    calls: calls([0, 10], ok(5)),
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "5 call 1 attempt 1 ok",
      "5 call 1 ended ok, attempts: 1",
      "10 call 2 attempt 1 started",
      "15 call 2 attempt 1 ok",
      "15 call 2 ended ok, attempts: 1",
    ],
  },
  {
    name: "retail 2: closed, first error: half, the probation's time begins",
    policy: probation(),
    calls: [call(0, failed(5)), call(10, ok(5))],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "5 call 1 attempt 1 failed",
      HALF,
      "5 call 1 ended failed, attempts: 1",
      "10 call 2 attempt 1 started",
      "15 call 2 attempt 1 ok",
      "15 call 2 ended ok, attempts: 1",
    ],
  },
  {
    name: "retail 3: half, success within its time: stays half",
    policy: probation(),
    calls: [call(0, failed(5)), call(999, ok(5)), call(999, failed(5))],
    show: "circuit",
    endAtMs: 1100,
    expect: [HALF],
  },
  {
    name: "retail 4: half, success after its time: closed",
    policy: probation(),
    calls: [call(0, failed(5)), call(1000, ok(5))],
    show: "circuit",
    endAtMs: 1100,
    expect: [HALF, "1005 circuit closed: a success after the probation"],
  },
  {
    name: "retail 5: half, too many errors: open, its time begins",
    policy: probation(),
    calls: OPENING,
    show: "circuit",
    endAtMs: 100,
    expect: [HALF, OPENED],
  },
  {
    name: "retail 6: open, within its time: refused",
    policy: probation(),
    calls: [...OPENING, call(30, ok(5)), call(2024, ok(5))],
    show: "circuit",
    endAtMs: 2024,
    expect: [
      HALF,
      OPENED,
      "30 call 4 refused: circuitOpen for 1995",
      "2024 call 5 refused: circuitOpen for 1",
    ],
  },
  {
    name: "retail 7: open, error after its time: open, its time starts over",
    policy: probation(),
    calls: [...OPENING, call(2025, failed(5)), call(2040, ok(5))],
    show: "circuit",
    endAtMs: 2100,
    expect: [
      HALF,
      OPENED,
      "2030 circuit opened: the trial failed",
      "2040 call 5 refused: circuitOpen for 1990",
    ],
  },
  {
    name: "retail 8: open, success after its time: half, the probation's time begins",
    policy: probation(),
    calls: [...OPENING, call(2025, ok(5)), call(2040, ok(5)), call(3025, ok(5))],
    show: "circuit",
    endAtMs: 3100,
    expect: [
      HALF,
      OPENED,
      "2030 circuit half-open: the trial succeeded",
      "3030 circuit closed: a success after the probation",
    ],
  },
];

const probationCases: readonly ConformanceCase[] = [
  {
    name: "an error after the probation's time begins a new one",
    policy: probation({ failures: 2 }),
    calls: calls([0, 1000], failed(5)),
    show: "circuit",
    endAtMs: 1100,
    expect: [HALF, "1005 circuit half-open: first failure"],
  },
  {
    name: "a success within the probation ends the row, not the count",
    policy: probation({ minimumCalls: 5 }),
    calls: [...calls([0, 10], failed(5)), call(20, ok(5)), ...calls([30, 40], failed(5))],
    show: "circuit",
    endAtMs: 100,
    expect: [HALF, "45 circuit opened: 4 of 5 attempts failed on probation (limit 50 %)"],
  },
  {
    name: "the share is not judged on fewer than minimumCalls",
    policy: probation({ failures: 100, minimumCalls: 4, failureRate: 0.5 }),
    calls: [call(0, failed(5)), ...calls([10, 20], ok(5)), call(30, failed(5))],
    show: "circuit",
    endAtMs: 100,
    expect: [HALF, "35 circuit opened: 2 of 4 attempts failed on probation (limit 50 %)"],
  },
  {
    name: "with one failure allowed in a row, none is allowed",
    policy: probation({ failures: 1 }),
    calls: [call(0, failed(5))],
    show: "circuit",
    endAtMs: 100,
    expect: [HALF, "5 circuit opened: 1 failure in a row on probation"],
  },
  {
    name: "unless told otherwise: five in a row within 5 s open it for 10 s",
    policy: { probationBreaker: {} },
    calls: [...calls(moments(0, 5, 10), failed(5)), call(10_044, ok(5)), call(10_045, ok(5))],
    show: "circuit",
    endAtMs: 11_000,
    expect: [
      HALF,
      "45 circuit opened: 5 failures in a row on probation",
      "10044 call 6 refused: circuitOpen for 1",
      "10050 circuit half-open: the trial succeeded",
    ],
  },
  {
    name: "attempts that were out before the first error count on probation",
    policy: probation(),
    calls: calls([0, 1, 2], failed(10)),
    show: "circuit",
    endAtMs: 100,
    expect: [
      "10 circuit half-open: first failure",
      "12 circuit opened: 3 failures in a row on probation",
    ],
  },
];

const openCases: readonly ConformanceCase[] = [
  {
    name: "open: one trial at a time",
    policy: probation(),
    calls: [...OPENING, call(2100, ok(50)), call(2120, ok(5))],
    show: "circuit",
    endAtMs: 2500,
    expect: [
      HALF,
      OPENED,
      "2120 call 5 refused: trialsUnderWay",
      "2150 circuit half-open: the trial succeeded",
    ],
  },
  {
    name: "open: nothing changes by itself when its time has passed",
    policy: probation(),
    calls: OPENING,
    show: "circuit",
    endAtMs: 9000,
    expect: [HALF, OPENED],
  },
  {
    name: "open: a trial that is not answered in time has failed; its answer decides nothing",
    policy: probation({ trialDeadline: 500 }),
    calls: [...OPENING, call(2100, ok(700)), call(2900, ok(5))],
    show: "circuit",
    endAtMs: 3000,
    expect: [
      HALF,
      OPENED,
      "2600 circuit opened: the trial was not answered in time",
      "2900 call 5 refused: circuitOpen for 1700",
    ],
  },
  {
    name: "open: a trial whose caller leaves makes room for another",
    policy: probation({ trialDeadline: 500 }),
    calls: [...OPENING, { ...call(2100, silent), cancelAtMs: 2200 }, call(2900, ok(5))],
    show: "circuit",
    endAtMs: 3000,
    expect: [HALF, OPENED, "2905 circuit half-open: the trial succeeded"],
  },
  {
    name: "open: a success from before the circuit opened decides nothing",
    policy: probation(),
    calls: [call(0, ok(3000)), ...calls([0, 10, 20], failed(5)), call(2100, failed(1400))],
    show: "circuit",
    endAtMs: 4000,
    expect: [HALF, OPENED, "3500 circuit opened: the trial failed"],
  },
  {
    name: "isolated and reset by hand",
    policy: probation(),
    operator: [
      { atMs: 8, act: "isolate" },
      { atMs: 5000, act: "reset" },
    ],
    calls: [call(0, failed(5)), call(4000, ok(5)), ...calls([6000, 6010], failed(5))],
    show: "circuit",
    endAtMs: 6100,
    expect: [
      HALF,
      "8 circuit isolated: isolated by hand",
      "4000 call 2 refused: circuitIsolated",
      "5000 circuit closed: reset by hand",
      "6005 circuit half-open: first failure",
    ],
  },
];

export const probationBreakerCases: readonly ConformanceCase[] = [
  ...retailCases,
  ...probationCases,
  ...openCases,
];
