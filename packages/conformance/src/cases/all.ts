import type { ConformanceCase } from "../case.ts";
import { bulkheadCases } from "./bulkhead.ts";
import { circuitBreakerCases } from "./circuit-breaker.ts";
import { recoveryCases } from "./circuit-breaker-recovery.ts";
import { clientThrottleCases } from "./client-throttle.ts";
import { compositionCases } from "./composition.ts";
import { limitsCompositionCases } from "./composition-limits.ts";
import { concurrencyLimiterCases } from "./concurrency-limiter.ts";
import { deadlineCases } from "./deadline.ts";
import { fallbackCases } from "./fallback.ts";
import { hedgeCases } from "./hedge.ts";
import { probationBreakerCases } from "./probation-breaker.ts";
import { rateLimiterCases } from "./rate-limiter.ts";
import { retryCases } from "./retry.ts";
import { retryBudgetCases } from "./retry-budget.ts";
import { timeoutCases } from "./timeout.ts";

/** Every written case, by the policy that it is about. */
export const CASES: Readonly<Record<string, readonly ConformanceCase[]>> = {
  deadline: deadlineCases,
  timeout: timeoutCases,
  retry: retryCases,
  "retry budget": retryBudgetCases,
  hedge: hedgeCases,
  "client throttle": clientThrottleCases,
  "rate limiter": rateLimiterCases,
  bulkhead: bulkheadCases,
  "concurrency limiter": concurrencyLimiterCases,
  "circuit breaker": circuitBreakerCases,
  "recovery and hanging attempts": recoveryCases,
  "probation breaker": probationBreakerCases,
  fallback: fallbackCases,
  composition: [...compositionCases, ...limitsCompositionCases],
};
