import type { ResolvedCircuitBreaker } from "../src/circuit-breaker/resolved.ts";
import type { CircuitBreakerOptions, ProbationBreakerOptions } from "../src/index.ts";
import { resolvePolicy } from "../src/policy/resolve.ts";
import type { ResolvedProbationBreaker } from "../src/probation-breaker/machine.ts";

export function circuitOptions(circuitBreaker: CircuitBreakerOptions = {}): ResolvedCircuitBreaker {
  return resolvePolicy({ circuitBreaker }).circuitBreaker as ResolvedCircuitBreaker;
}

export function probationOptions(
  probationBreaker: ProbationBreakerOptions = {},
): ResolvedProbationBreaker {
  return resolvePolicy({ probationBreaker }).probationBreaker as ResolvedProbationBreaker;
}
