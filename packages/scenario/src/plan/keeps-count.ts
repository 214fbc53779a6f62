import type { ResolvedPolicy } from "@breakwater/policy";

/** Whether calls under this policy share anything that counts them, so that it matters which process makes them. */
export function keepsCount(policy: ResolvedPolicy): boolean {
  const { circuitBreaker, probationBreaker, retryBudget, rateLimiter, bulkhead } = policy;
  const { concurrencyLimiter, clientThrottle, hedge } = policy;
  const limits = [retryBudget, rateLimiter, bulkhead, concurrencyLimiter, clientThrottle, hedge];
  const parts = [circuitBreaker, probationBreaker, ...limits];
  return parts.some((part) => part !== undefined);
}
