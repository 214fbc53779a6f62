import { Bulkhead } from "../bulkhead/machine.ts";
import type { EngineParts } from "../call-engine/parts.ts";
import { RetryPlanner } from "../call-engine/retry-planner.ts";
import { CircuitBreaker } from "../circuit-breaker/machine.ts";
import { ClientThrottle } from "../client-throttle/machine.ts";
import { ConcurrencyLimiter } from "../concurrency-limiter/machine.ts";
import { Hedger } from "../hedge/machine.ts";
import { ProbationBreaker } from "../probation-breaker/machine.ts";
import { makeRateLimiter } from "../rate-limiter/machine.ts";
import { type ResolvedRetryBudget, RetryBudget } from "../retry-budget/machine.ts";

// A function of its own for each part, and no class named twice: what nobody imports leaves the bundle.
const makeBudget = (resolved: ResolvedRetryBudget) => new RetryBudget(resolved);

export const retry = {
  make: (settings, budget) => new RetryPlanner(settings, budget),
  makeBudget,
} satisfies EngineParts["retry"];

export const hedge = {
  make: (resolved) => new Hedger(resolved),
  makeBudget,
} satisfies EngineParts["hedge"];

export const clientThrottle = {
  make: (resolved) => new ClientThrottle(resolved),
} satisfies EngineParts["clientThrottle"];

export const rateLimiter = {
  make: (resolved) => makeRateLimiter(resolved),
} satisfies EngineParts["rateLimiter"];

export const bulkhead = {
  make: (resolved) => new Bulkhead(resolved),
} satisfies EngineParts["bulkhead"];

export const concurrencyLimiter = {
  make: (resolved) => new ConcurrencyLimiter(resolved),
} satisfies EngineParts["concurrencyLimiter"];

export const circuitBreaker = {
  make: (resolved, onCircuit) => new CircuitBreaker(resolved, onCircuit),
} satisfies EngineParts["circuitBreaker"];

export const probationBreaker = {
  make: (resolved, onCircuit) => new ProbationBreaker(resolved, onCircuit),
} satisfies EngineParts["probationBreaker"];

/** The machinery of every part. */
export const EVERY_PART = {
  retry,
  hedge,
  clientThrottle,
  rateLimiter,
  bulkhead,
  concurrencyLimiter,
  circuitBreaker,
  probationBreaker,
} satisfies EngineParts;
