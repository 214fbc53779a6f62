import { type ConformanceCase, call, calls, failed, ok, silent } from "../case.ts";
import { brittle, HALF_OPEN, OPENED } from "./brittle.ts";

const { circuitBreaker = {} } = brittle({ recovery: { steps: [0.5, 1], stepFor: 1000 } });
const stepped = { circuitBreaker };

export const recoveryCases: readonly ConformanceCase[] = [
  {
    name: "recovery: a growing share goes out, and then the circuit closes",
    policy: stepped,
    calls: [
      call(0, failed(5)),
      ...calls([1100, 1200, 1300, 1400], ok(5)),
      ...calls([2200, 2300], ok(5)),
    ],
    show: "circuit",
    endAtMs: 4000,
    expect: [
      OPENED,
      HALF_OPEN,
      "1105 circuit ramped to 0.5: 1 of 1 trial succeeded",
      "1300 call 4 refused: circuitRecovering",
      "2105 circuit ramped to 1: the step of 50 % has passed",
      "3105 circuit closed: the step of 100 % has passed",
    ],
  },
  {
    name: "recovery: a bad step re-opens, and the next round begins with the first step",
    policy: stepped,
    calls: [
      call(0, failed(5)),
      call(1100, ok(5)),
      call(2200, failed(5)),
      call(3300, ok(5)),
      call(3400, ok(5)),
      call(3500, ok(5)),
    ],
    show: "circuit",
    endAtMs: 4000,
    expect: [
      OPENED,
      HALF_OPEN,
      "1105 circuit ramped to 0.5: 1 of 1 trial succeeded",
      "2105 circuit ramped to 1: the step of 50 % has passed",
      "2205 circuit opened: 1 failure in a row",
      "3205 circuit half-open: the open time has passed",
      "3305 circuit ramped to 0.5: 1 of 1 trial succeeded",
      "3500 call 6 refused: circuitRecovering",
    ],
  },
  {
    name: "recovery: a refusal ends the call, which is not tried again",
    policy: { ...stepped, idempotent: true, deadline: 3000, retry: { attempts: 2 } },
    calls: [call(0, failed(5)), ...calls([1100, 1200, 1300], ok(5))],
    endAtMs: 1400,
    expect: [
      "0 call 1 attempt 1 started",
      "5 call 1 attempt 1 failed",
      OPENED,
      "5 call 1 try 2 in 50",
      "55 call 1 refused: circuitOpen for 950",
      "55 call 1 gives up: attemptsExhausted",
      "55 call 1 ended shortCircuited, attempts: 1",
      HALF_OPEN,
      "1100 call 2 attempt 1 started",
      "1105 call 2 attempt 1 ok",
      "1105 circuit ramped to 0.5: 1 of 1 trial succeeded",
      "1105 call 2 ended ok, attempts: 1",
      "1200 call 3 attempt 1 started",
      "1205 call 3 attempt 1 ok",
      "1205 call 3 ended ok, attempts: 1",
      "1300 call 4 refused: circuitRecovering",
      "1300 call 4 gives up: rejectedLocally",
      "1300 call 4 ended shortCircuited, attempts: 0",
    ],
  },
  {
    name: "hanging: attempts that are out for too long open the circuit before they end",
    policy: {
      circuitBreaker: {
        window: { kind: "consecutive", failures: 2 },
        openFor: 1000,
        hanging: { longerThan: 300 },
      },
    },
    calls: [call(0, silent), call(100, silent), call(450, ok(5))],
    show: "circuit",
    endAtMs: 600,
    expect: [
      "400 circuit opened: 2 failures in a row; the latest has been out for 300ms",
      "450 call 3 refused: circuitOpen for 950",
    ],
  },
  {
    name: "hanging: an attempt that was counted while it hung is not counted again when it ends",
    policy: {
      timeout: 500,
      circuitBreaker: {
        window: { kind: "consecutive", failures: 2 },
        openFor: 1000,
        hanging: { longerThan: 300 },
      },
    },
    calls: [call(0, silent), call(550, ok(5)), call(600, failed(5)), call(700, failed(5))],
    show: "circuit",
    endAtMs: 800,
    expect: ["705 circuit opened: 2 failures in a row"],
  },
];
