import { type ConformanceCase, call, failed, ok, silent } from "../case.ts";

const CONSTANT_60 = { kind: "constant", base: 60, jitter: "none" } as const;
const FIRST_FAILURE = { window: { kind: "consecutive", failures: 1 } } as const;

export const deadlineCases: readonly ConformanceCase[] = [
  {
    name: "an answer before the deadline",
    policy: { deadline: 100 },
    calls: [call(0, ok(99))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "99 call 1 attempt 1 ok",
      "99 call 1 ended ok, attempts: 1",
    ],
  },
  {
    name: "no answer before the deadline",
    policy: { deadline: 100 },
    calls: [call(0, silent)],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "100 call 1 attempt 1 timedOut",
      "100 call 1 ended timedOut, attempts: 1",
    ],
  },
  {
    name: "an answer in the very moment of the deadline is too late",
    policy: { deadline: 100 },
    calls: [call(0, ok(100))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "100 call 1 attempt 1 timedOut",
      "100 call 1 ended timedOut, attempts: 1",
      "100 call 1 attempt 1 late, ignored",
    ],
  },
  {
    name: "a caller's deadline shortens the policy's",
    policy: { deadline: 100 },
    calls: [{ ...call(10, silent), deadlineAtMs: 70 }],
    endAtMs: 200,
    expect: [
      "10 call 1 attempt 1 started",
      "70 call 1 attempt 1 timedOut",
      "70 call 1 ended timedOut, attempts: 1",
    ],
  },
  {
    name: "a caller's deadline does not lengthen the policy's",
    policy: { deadline: 100 },
    calls: [{ ...call(10, silent), deadlineAtMs: 500 }],
    endAtMs: 200,
    expect: [
      "10 call 1 attempt 1 started",
      "110 call 1 attempt 1 timedOut",
      "110 call 1 ended timedOut, attempts: 1",
    ],
  },
  {
    name: "no attempt starts at or after the deadline",
    policy: {},
    calls: [
      { ...call(10, ok(5)), deadlineAtMs: 10 },
      { ...call(20, ok(5)), deadlineAtMs: 10 },
    ],
    endAtMs: 200,
    expect: ["10 call 1 ended timedOut, attempts: 0", "20 call 2 ended timedOut, attempts: 0"],
  },
  {
    name: "no wait begins that could not end before the deadline",
    policy: { idempotent: true, deadline: 100, retry: { attempts: 3, backoff: CONSTANT_60 } },
    calls: [call(0, failed(10))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 try 2 in 60",
      "70 call 1 attempt 2 started",
      "80 call 1 attempt 2 failed",
      "80 call 1 gives up: deadlineTooClose",
      "80 call 1 ended failed, attempts: 2",
    ],
  },
  {
    name: "a wait until the very deadline is too long",
    policy: { idempotent: true, deadline: 70, retry: { attempts: 3, backoff: CONSTANT_60 } },
    calls: [call(0, failed(10))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 gives up: deadlineTooClose",
      "10 call 1 ended failed, attempts: 1",
    ],
  },
  {
    name: "a dependency is not blamed when the caller came with less time than the timeout",
    policy: { timeout: 100, circuitBreaker: FIRST_FAILURE },
    calls: [{ ...call(0, silent), deadlineAtMs: 50 }, call(60, ok(10))],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 1 timedOut",
      "50 call 1 ended timedOut, attempts: 1",
      "60 call 2 attempt 1 started",
      "70 call 2 attempt 1 ok",
      "70 call 2 ended ok, attempts: 1",
    ],
  },
  {
    name: "a dependency is blamed at the deadline when there is no timeout to judge it",
    policy: { deadline: 50, circuitBreaker: FIRST_FAILURE },
    calls: [call(0, silent)],
    endAtMs: 200,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 1 timedOut",
      "50 circuit opened: 1 failure in a row",
      "50 call 1 ended timedOut, attempts: 1",
    ],
  },
];
