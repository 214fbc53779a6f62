import { type ConformanceCase, call, failed, ok, silent } from "../case.ts";

const fallback = { value: "stand-in" };

export const fallbackCases: readonly ConformanceCase[] = [
  {
    name: "stands in for a failed call",
    policy: { fallback },
    calls: [call(0, failed(10))],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 ended fallback for failed, attempts: 1",
    ],
  },
  {
    name: "stands in for a call that timed out",
    policy: { fallback, timeout: 50 },
    calls: [call(0, silent)],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "50 call 1 attempt 1 timedOut",
      "50 call 1 ended fallback for timedOut, attempts: 1",
    ],
  },
  {
    name: "stands in for a call that came after its deadline",
    policy: { fallback },
    calls: [{ ...call(10, ok(5)), deadlineAtMs: 5 }],
    endAtMs: 100,
    expect: ["10 call 1 ended fallback for timedOut, attempts: 0"],
  },
  {
    name: "stands in for a call that was short-circuited",
    policy: { fallback, circuitBreaker: {} },
    operator: [{ atMs: 0, act: "isolate" }],
    calls: [call(10, ok(5))],
    endAtMs: 100,
    expect: [
      "0 circuit isolated: isolated by hand",
      "10 call 1 refused: circuitIsolated",
      "10 call 1 ended fallback for shortCircuited, attempts: 0",
    ],
  },
  {
    name: "is not used when there is an answer",
    policy: { fallback },
    calls: [call(0, ok(10))],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 ok",
      "10 call 1 ended ok, attempts: 1",
    ],
  },
  {
    name: "is not used when the caller has left",
    policy: { fallback },
    calls: [{ ...call(0, silent), cancelAtMs: 10 }],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 cancelled",
      "10 call 1 ended cancelled, attempts: 1",
    ],
  },
  {
    name: "is used once, after the last attempt",
    policy: { fallback, idempotent: true, retry: { attempts: 2, backoff: { base: 0 } } },
    calls: [call(0, failed(10))],
    endAtMs: 100,
    expect: [
      "0 call 1 attempt 1 started",
      "10 call 1 attempt 1 failed",
      "10 call 1 try 2 in 0",
      "10 call 1 attempt 2 started",
      "20 call 1 attempt 2 failed",
      "20 call 1 gives up: attemptsExhausted",
      "20 call 1 ended fallback for failed, attempts: 2",
    ],
  },
];
