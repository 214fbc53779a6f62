import type { ConcurrencyLimiterOptions } from "@breakwater/policy";
import { type ConformanceCase, call, calls, failed, ok } from "../case.ts";

const aimd = (options: ConcurrencyLimiterOptions) => ({
  concurrencyLimiter: { algorithm: { kind: "aimd" as const }, ...options },
});

export const concurrencyLimiterCases: readonly ConformanceCase[] = [
  {
    name: "an answer raises a limit that is in use, and all who wait have room",
    policy: aimd({ initial: 1, queue: { size: 2 } }),
    calls: calls([0, 1, 2], ok(10)),
    endAtMs: 50,
    expect: [
      "0 call 1 attempt 1 started",
      "1 call 2 waits for a place",
      "2 call 3 waits for a place",
      "10 call 1 attempt 1 ok",
      "10 call 1 limit 2: answered, with 1 of 1 places in use",
      "10 call 2 attempt 1 started",
      "10 call 3 attempt 1 started",
      "10 call 1 ended ok, attempts: 1",
      "20 call 2 attempt 1 ok",
      "20 call 2 ended ok, attempts: 1",
      "20 call 3 attempt 1 ok",
      "20 call 3 ended ok, attempts: 1",
    ],
  },
  {
    name: "an error leaves the limit where it is",
    policy: aimd({ initial: 1 }),
    calls: [call(0, failed(5)), ...calls([10, 10], ok(5))],
    endAtMs: 50,
    expect: [
      "0 call 1 attempt 1 started",
      "5 call 1 attempt 1 failed",
      "5 call 1 ended failed, attempts: 1",
      "10 call 2 attempt 1 started",
      "10 call 3 refused: bulkheadFull",
      "10 call 3 ended rejected, attempts: 0",
      "15 call 2 attempt 1 ok",
      "15 call 2 limit 2: answered, with 1 of 1 places in use",
      "15 call 2 ended ok, attempts: 1",
    ],
  },
  {
    name: "a slow answer lowers the limit, another one of the same round does not",
    policy: {
      concurrencyLimiter: {
        algorithm: { kind: "aimd", backoff: 0.5, slowerThan: 15 },
        initial: 4,
      },
    },
    calls: [...calls([0, 0], ok(20)), ...calls([30, 30, 30], ok(1))],
    endAtMs: 50,
    expect: [
      "0 call 1 attempt 1 started",
      "0 call 2 attempt 1 started",
      "20 call 1 attempt 1 ok",
      "20 call 1 limit 2: an answer took 20ms, longer than 15ms",
      "20 call 1 ended ok, attempts: 1",
      "20 call 2 attempt 1 ok",
      "20 call 2 ended ok, attempts: 1",
      "30 call 3 attempt 1 started",
      "30 call 4 attempt 1 started",
      "30 call 5 refused: bulkheadFull",
      "30 call 5 ended rejected, attempts: 0",
      "31 call 3 attempt 1 ok",
      "31 call 3 ended ok, attempts: 1",
      "31 call 4 attempt 1 ok",
      "31 call 4 ended ok, attempts: 1",
    ],
  },
  {
    name: "the limit never goes below its minimum",
    policy: {
      concurrencyLimiter: {
        algorithm: { kind: "aimd", backoff: 0.1, slowerThan: 1 },
        initial: 3,
        min: 2,
      },
    },
    calls: [call(0, ok(5)), call(10, ok(5)), ...calls([20, 20, 20], ok(1))],
    endAtMs: 50,
    expect: [
      "0 call 1 attempt 1 started",
      "5 call 1 attempt 1 ok",
      "5 call 1 limit 2: an answer took 5ms, longer than 1ms",
      "5 call 1 ended ok, attempts: 1",
      "10 call 2 attempt 1 started",
      "15 call 2 attempt 1 ok",
      "15 call 2 ended ok, attempts: 1",
      "20 call 3 attempt 1 started",
      "20 call 4 attempt 1 started",
      "20 call 5 refused: bulkheadFull",
      "20 call 5 ended rejected, attempts: 0",
      "21 call 3 attempt 1 ok",
      "21 call 3 ended ok, attempts: 1",
      "21 call 4 attempt 1 ok",
      "21 call 4 ended ok, attempts: 1",
    ],
  },
];
