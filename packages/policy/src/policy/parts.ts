import { Bulkhead } from "../bulkhead/machine.ts";
import { resolveBulkhead } from "../bulkhead/resolve.ts";
import { goOn } from "../call-engine/hedging.ts";
import { RetryPlanner } from "../call-engine/retry-planner.ts";
import { CircuitBreaker } from "../circuit-breaker/machine.ts";
import { resolveCircuitBreaker } from "../circuit-breaker/resolve.ts";
import { ClientThrottle } from "../client-throttle/machine.ts";
import { resolveClientThrottle } from "../client-throttle/resolve.ts";
import { ConcurrencyLimiter } from "../concurrency-limiter/machine.ts";
import { resolveConcurrencyLimiter } from "../concurrency-limiter/resolve.ts";
import { Hedger } from "../hedge/machine.ts";
import { resolveHedge } from "../hedge/resolve.ts";
import { ProbationBreaker } from "../probation-breaker/machine.ts";
import { resolveProbationBreaker } from "../probation-breaker/resolve.ts";
import { makeRateLimiter } from "../rate-limiter/machine.ts";
import { resolveRateLimiter } from "../rate-limiter/resolve.ts";
import { resolveRetry } from "../retry/resolve.ts";
import { type ResolvedRetryBudget, RetryBudget } from "../retry-budget/machine.ts";
import { resolveRetryBudget } from "../retry-budget/resolve.ts";
import type { Parts } from "./resolve-parts.ts";

// One constant for each part, and none refers to another: what nobody imports leaves the bundle.

const makeBudget = (resolved: ResolvedRetryBudget) => new RetryBudget(resolved);

/** With its budget. */
export const retry = {
  resolve: resolveRetry,
  make: (settings, budget) => new RetryPlanner(settings, budget),
  resolveBudget: resolveRetryBudget,
  makeBudget,
} satisfies Parts["retry"];

/** With its budget. */
export const hedge = {
  resolve: resolveHedge,
  make: (resolved) => new Hedger(resolved),
  goOn,
  resolveBudget: resolveRetryBudget,
  makeBudget,
} satisfies Parts["hedge"];

export const clientThrottle = {
  resolve: resolveClientThrottle,
  make: (resolved) => new ClientThrottle(resolved),
} satisfies Parts["clientThrottle"];

export const rateLimiter = {
  resolve: resolveRateLimiter,
  make: makeRateLimiter,
} satisfies Parts["rateLimiter"];

export const bulkhead = {
  resolve: resolveBulkhead,
  make: (resolved) => new Bulkhead(resolved),
} satisfies Parts["bulkhead"];

export const concurrencyLimiter = {
  resolve: resolveConcurrencyLimiter,
  make: (resolved) => new ConcurrencyLimiter(resolved),
} satisfies Parts["concurrencyLimiter"];

export const circuitBreaker = {
  resolve: resolveCircuitBreaker,
  make: (resolved, onCircuit) => new CircuitBreaker(resolved, onCircuit),
} satisfies Parts["circuitBreaker"];

export const probationBreaker = {
  resolve: resolveProbationBreaker,
  make: (resolved, onCircuit) => new ProbationBreaker(resolved, onCircuit),
} satisfies Parts["probationBreaker"];

/** The machinery of every part: for whoever runs any policy. */
export const EVERY_PART = {
  retry,
  hedge,
  clientThrottle,
  rateLimiter,
  bulkhead,
  concurrencyLimiter,
  circuitBreaker,
  probationBreaker,
} satisfies Parts;
