import { describe, expect, it } from "vitest";
import type { PolicyOptions } from "../types.ts";
import { describePolicy } from "./describe.ts";

const texts: [PolicyOptions, string][] = [
  [{}, ""],
  [
    { idempotent: true, retry: { attempts: 3, budget: { ratio: 0.1 } } },
    "3 attempts (exponential backoff from 100ms, full jitter), retry budget (10 % of calls, up to 10)",
  ],
  [
    {
      idempotent: true,
      retry: {
        attempts: 2,
        backoff: { base: 0 },
        budget: { ratio: 0.2, floor: 0.5, capacity: 5, deposit: "perSuccess" },
      },
    },
    "2 attempts (without backoff), retry budget (20 % of answers and 0.5 per second, up to 5)",
  ],
  [{ rateLimiter: { limit: 100 } }, "rate limiter (100 per 1s, bursts of 100)"],
  [
    { rateLimiter: { limit: 5, per: "1min", burst: 1, maxWait: "2s" } },
    "rate limiter (5 per 60s, bursts of 1, wait up to 2s)",
  ],
  [
    { rateLimiter: { kind: "slidingWindow", limit: 5, per: "1min" } },
    "rate limiter (5 per 60s, sliding window)",
  ],
  [{ bulkhead: { concurrent: 8 } }, "bulkhead (8 at a time)"],
  [
    { bulkhead: { concurrent: 8, queue: { size: 20 } }, timeout: "1s" },
    "bulkhead (8 at a time, queue of 20), timeout 1s",
  ],
  [
    { deadline: "2s", bulkhead: { concurrent: 1, queue: { size: 2, order: "lifo", maxWait: 50 } } },
    "deadline 2s, bulkhead (1 at a time, queue of 2, latest first, wait up to 50ms)",
  ],
  [
    {
      circuitBreaker: {
        window: { kind: "consecutive" },
        hanging: { longerThan: "1s" },
        recovery: {},
        openFor: { base: "5s" },
      },
    },
    "circuit breaker (5 failures in a row, hanging after 1s, open for 5s, growing, 4 steps back)",
  ],
];

describe("a policy in one line", () => {
  it.each(texts)("%j", (options, text) => expect(describePolicy(options)).toBe(text));
});
