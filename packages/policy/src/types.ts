import type { BulkheadOptions } from "./bulkhead/options.ts";
import type { CircuitBreakerOptions } from "./circuit-breaker/options.ts";
import type { ClientThrottleOptions } from "./client-throttle/options.ts";
import type { ConcurrencyLimiterOptions } from "./concurrency-limiter/options.ts";
import type { FallbackOptions } from "./fallback/options.ts";
import type { HedgeOptions } from "./hedge/options.ts";
import type { Duration } from "./options/field.ts";
import type { ProbationBreakerOptions } from "./probation-breaker/options.ts";
import type { RateLimiterOptions } from "./rate-limiter/options.ts";
import type { RetryOptions } from "./retry/options.ts";

/**
 * How a call ended, told apart everywhere.
 * - `ok`: the dependency answered in time.
 * - `fallback`: it did not, and the fallback stood in.
 * - `timedOut`: the attempt's timeout or the call's deadline passed.
 * - `shortCircuited`: a circuit breaker let nothing out.
 * - `rejected`: refused on our side by another limit (bulkhead, limiter, shedder).
 * - `failed`: the dependency answered with an error or could not be reached.
 * - `cancelled`: the caller went away before an answer.
 */
export type Outcome =
  | "ok"
  | "fallback"
  | "timedOut"
  | "shortCircuited"
  | "rejected"
  | "failed"
  | "cancelled";

/** Every outcome, in the order in which reports list them. */
export const OUTCOMES = [
  "ok",
  "fallback",
  "timedOut",
  "shortCircuited",
  "rejected",
  "failed",
  "cancelled",
] as const satisfies readonly Outcome[];

interface PolicyParts {
  /** Appears in facts, errors and metrics. */
  name?: string;
  /** Bounds the whole call: all attempts and all waiting between them. Off unless set. */
  deadline?: Duration;
  /** Bounds one attempt. Off unless set. */
  timeout?: Duration;
  /** Refuses what an overloaded dependency would refuse. */
  clientThrottle?: ClientThrottleOptions;
  /** No more than so many attempts per time. */
  rateLimiter?: RateLimiterOptions;
  /** No more than so many attempts under way at the same time. */
  bulkhead?: BulkheadOptions;
  /** A bulkhead whose limit follows what the dependency can take. Excludes `bulkhead`. */
  concurrencyLimiter?: ConcurrencyLimiterOptions;
  circuitBreaker?: CircuitBreakerOptions;
  /** The three-state machine that puts a dependency on probation at its first error. Excludes `circuitBreaker`. */
  probationBreaker?: ProbationBreakerOptions;
  fallback?: FallbackOptions;
  /** What to do with an answer to an attempt that was already given up: ignore it (default) or take it. */
  lateAnswers?: "ignored" | "taken";
}

/**
 * One policy: a plain object whose parts always apply in one order, outermost first:
 * fallback, deadline, retry or hedge, client throttle, rate limiter, bulkhead or concurrency limiter, circuit
 * breaker, timeout, the attempt.
 * A retry or hedge is only accepted for an operation that says it is idempotent.
 */
export type PolicyOptions = PolicyParts &
  (
    | { retry?: undefined; hedge?: undefined; idempotent?: boolean }
    | { retry: RetryOptions; hedge?: undefined; idempotent: true }
    | { retry?: undefined; hedge: HedgeOptions; idempotent: true }
  );
