import { describe, expect, it } from "vitest";
import { InvalidOptionsError } from "../errors.ts";
import type { PolicyOptions } from "../types.ts";
import { checkPolicy } from "./check.ts";
import { resolvePolicy } from "./resolve.ts";

const breaker = (circuitBreaker: PolicyOptions["circuitBreaker"]) => ({ circuitBreaker });
const backoff = (options: object) => ({
  idempotent: true,
  retry: { attempts: 2, backoff: options },
});

const contradictions: [string, unknown, string[]][] = [
  ["a timeout longer than the deadline", { timeout: "3s", deadline: "2s" }, ["timeout"]],
  ["a retry of what may not be repeated", { retry: { attempts: 2 } }, ["retry"]],
  ["a retry that is said to be unsafe", { idempotent: false, retry: { attempts: 2 } }, ["retry"]],
  ["a hedge of what may not be repeated", { hedge: { delay: 50 } }, ["hedge"]],
  [
    "a retry and a hedge",
    { idempotent: true, retry: { attempts: 2 }, hedge: { delay: 50 } },
    ["hedge"],
  ],
  [
    "attempts out of a budget that nothing fills",
    { idempotent: true, retry: { attempts: 3, budget: { ratio: 0 } } },
    ["retry.budget.ratio"],
  ],
  [
    "a hedge out of such a budget",
    { idempotent: true, hedge: { delay: 5, budget: { ratio: 0, floor: 0 } } },
    ["hedge.budget.ratio"],
  ],
  [
    "a bulkhead and a concurrency limiter",
    { bulkhead: { concurrent: 2 }, concurrencyLimiter: {} },
    ["concurrencyLimiter"],
  ],
  ["two breakers", { circuitBreaker: {}, probationBreaker: {} }, ["probationBreaker"]],
  [
    "decorrelated jitter of constant backoff",
    backoff({ kind: "constant", jitter: "decorrelated" }),
    ["retry.backoff.jitter"],
  ],
  [
    "decorrelated jitter of linear backoff",
    backoff({ kind: "linear", jitter: "decorrelated" }),
    ["retry.backoff.jitter"],
  ],
  [
    "another jitter of decorrelated backoff",
    backoff({ kind: "decorrelated", jitter: "full" }),
    ["retry.backoff.jitter"],
  ],
  [
    "a factor of constant backoff",
    backoff({ kind: "constant", factor: 2 }),
    ["retry.backoff.factor"],
  ],
  ["a factor of linear backoff", backoff({ kind: "linear", factor: 2 }), ["retry.backoff.factor"]],
  ["a base above the cap", backoff({ base: "2s", cap: "1s" }), ["retry.backoff.base"]],
  [
    "shares with a consecutive window",
    breaker({
      window: { kind: "consecutive" },
      failureRate: 0.5,
      slowerThan: "1s",
      slowRate: 0.5,
      minimumCalls: 5,
    }),
    ["failureRate", "slowerThan", "slowRate", "minimumCalls"].map((key) => `circuitBreaker.${key}`),
  ],
  ["slowerThan alone", breaker({ slowerThan: "1s" }), ["circuitBreaker.slowRate"]],
  [
    "steps of a recovery that do not grow",
    breaker({ recovery: { steps: [0.1, 0.5, 0.5] } }),
    ["circuitBreaker.recovery.steps[2]"],
  ],
  [
    "a step judged by a rate over a consecutive window",
    breaker({ window: { kind: "consecutive" }, recovery: { minimumCalls: 3 } }),
    ["circuitBreaker.recovery.minimumCalls"],
  ],
  [
    "a step that wants more attempts than the window holds",
    breaker({ window: { kind: "count", size: 10 }, recovery: { minimumCalls: 11 } }),
    ["circuitBreaker.recovery.minimumCalls"],
  ],
  ["slowRate alone", breaker({ slowRate: 0.5 }), ["circuitBreaker.slowerThan"]],
  [
    "a minimum that the window never holds",
    breaker({ window: { kind: "count", size: 10 }, minimumCalls: 11 }),
    ["circuitBreaker.minimumCalls"],
  ],
  [
    "a burst of a sliding window",
    { rateLimiter: { kind: "slidingWindow", limit: 5, burst: 5 } },
    ["rateLimiter.burst"],
  ],
  [
    "a longest wait where nobody can wait",
    { bulkhead: { concurrent: 5, queue: { maxWait: "1s" } } },
    ["bulkhead.queue.maxWait"],
  ],
  [
    "waits longer than the deadline",
    {
      deadline: "1s",
      rateLimiter: { limit: 5, maxWait: 1001 },
      bulkhead: { concurrent: 5, queue: { size: 1, maxWait: "2s" } },
    },
    ["rateLimiter.maxWait", "bulkhead.queue.maxWait"],
  ],
];

describe("a policy that contradicts itself is refused", () => {
  it.each(contradictions)("%s", (_name, options, paths) => {
    const policy = options as PolicyOptions;
    const problems = checkPolicy(policy);
    expect(problems.map(({ path }) => path)).toEqual(paths);
    expect(problems.every(({ message, allowed, fix }) => message && allowed && fix)).toBe(true);
    expect(() => resolvePolicy(policy)).toThrow(InvalidOptionsError);
    expect(checkPolicy(policy, "edges.a").map(({ path }) => path)).toEqual(
      paths.map((path) => `edges.a.${path}`),
    );
  });
});

describe("what is close to a contradiction and is none", () => {
  const fine: [string, unknown][] = [
    ["nothing at all", {}],
    ["a timeout as long as the deadline", { timeout: "2s", deadline: 2000 }],
    ["a base at the cap", backoff({ base: "1s", cap: "1s" })],
    ["decorrelated twice", backoff({ kind: "decorrelated", jitter: "decorrelated", factor: 2 })],
    [
      "a minimum as large as the window",
      breaker({ window: { kind: "count", size: 5 }, minimumCalls: 5 }),
    ],
    [
      "waits as long as the deadline",
      {
        deadline: "1s",
        rateLimiter: { limit: 5, maxWait: 1000 },
        bulkhead: { concurrent: 5, queue: { size: 1, maxWait: "1s" } },
      },
    ],
    ["a token bucket with a burst", { rateLimiter: { limit: 5, burst: 9 } }],
    ["a queue of nobody", { bulkhead: { concurrent: 5, queue: { size: 0 } } }],
    [
      "a budget that nothing fills, for a single attempt, which never needs it",
      { idempotent: true, retry: { attempts: 1, budget: { ratio: 0 } } },
    ],
    [
      "a budget that only time fills",
      { idempotent: true, retry: { attempts: 3, budget: { ratio: 0, floor: 1 } } },
    ],
    ["both halves of slowness", breaker({ slowerThan: "1s", slowRate: 0.5 })],
  ];
  it.each(fine)("%s", (_name, options) => {
    expect(checkPolicy(options as PolicyOptions)).toEqual([]);
    expect(() => resolvePolicy(options as PolicyOptions)).not.toThrow();
  });
});
