export {
  type BackoffOptions,
  type BreakerState,
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitFact,
  type CircuitState,
  type Duration,
  type Fact,
  type FactListener,
  type FailureOutcome,
  type FallbackContext,
  type FallbackOptions,
  InvalidOptionsError,
  NO_PERMIT,
  OUTCOMES,
  type Outcome,
  type PolicyOptions,
  ProbationBreaker,
  type ProbationBreakerOptions,
  type Problem,
  type ResolvedPolicy,
  type RetryOptions,
  resolvePolicy,
} from "@breakwater/policy";
export type { BreakerHandle } from "./breaker-handle.ts";
export type { Clock, Scheduled } from "./clock/clock.ts";
export { realClock } from "./clock/real-clock.ts";
export type { AttemptContext } from "./driver/attempt.ts";
export type { ListenerErrorHandler } from "./driver/fact-listeners.ts";
export { BreakwaterError, type BreakwaterErrorCode } from "./errors.ts";
export type { Explanation } from "./operate/explain.ts";
export type { Reconfigured } from "./operate/reconfigure.ts";
export { policy } from "./policy.ts";
export type { CallResult, Policy, RunOptions, Runtime, TypedPolicyOptions } from "./types.ts";
