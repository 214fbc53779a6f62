import type { ResolvedBulkhead } from "../bulkhead/machine.ts";
import type { ResolvedCircuitBreaker } from "../circuit-breaker/resolved.ts";
import type { ResolvedClientThrottle } from "../client-throttle/machine.ts";
import type { ResolvedConcurrencyLimiter } from "../concurrency-limiter/machine.ts";
import type { ResolvedHedge } from "../hedge/machine.ts";
import type { ResolvedProbationBreaker } from "../probation-breaker/machine.ts";
import type { ResolvedRateLimiter } from "../rate-limiter/machine.ts";
import type { ResolvedRetry } from "../retry/machine.ts";
import type { ResolvedRetryBudget } from "../retry-budget/machine.ts";

/** A policy after validation: every default filled in, durations in milliseconds, Infinity for "off". */
export interface ResolvedPolicy {
  readonly name: string;
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  readonly retry: ResolvedRetry | undefined;
  readonly hedge: ResolvedHedge | undefined;
  readonly retryBudget: ResolvedRetryBudget | undefined;
  readonly clientThrottle: ResolvedClientThrottle | undefined;
  readonly rateLimiter: ResolvedRateLimiter | undefined;
  readonly bulkhead: ResolvedBulkhead | undefined;
  readonly concurrencyLimiter: ResolvedConcurrencyLimiter | undefined;
  readonly circuitBreaker: ResolvedCircuitBreaker | undefined;
  readonly probationBreaker: ResolvedProbationBreaker | undefined;
  readonly hasFallback: boolean;
  readonly lateAnswers: "ignored" | "taken";
}
