export {
  type Aged,
  type BackoffOptions,
  type BreakerState,
  type CacheOptions,
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitFact,
  type CircuitState,
  check,
  checkPolicy as problemsOfPolicy,
  type Duration,
  type Fact,
  type FactListener,
  type FailureOutcome,
  type FallbackContext,
  type FallbackOptions,
  type Field,
  type FieldTable,
  type Freshness,
  freshnessOfAll,
  InvalidOptionsError,
  NO_PERMIT,
  OUTCOMES,
  type Outcome,
  type OutlierDetectionOptions,
  OutlierDetector,
  type OutlierFact,
  type PolicyOptions,
  ProbationBreaker,
  type ProbationBreakerOptions,
  type Problem,
  parseDuration,
  policyField,
  type ResolvedPolicy,
  type RetryOptions,
  resolveOutlierDetection,
  resolvePolicy,
} from "@breakwater/policy";
export type { BreakerHandle } from "./breaker-handle.ts";
export { type CachedPolicy, cached } from "./cache/cached.ts";
export { checkPolicy } from "./check-policy.ts";
export type { Clock, Scheduled } from "./clock/clock.ts";
export { realClock } from "./clock/real-clock.ts";
export type { Checked } from "./core/checked.ts";
export type { AttemptContext } from "./driver/attempt.ts";
export type { ListenerErrorHandler } from "./driver/fact-listeners.ts";
export { BreakwaterError, type BreakwaterErrorCode } from "./errors.ts";
export type { Explanation } from "./operate/explain.ts";
export type { Reconfigured } from "./operate/reconfigure.ts";
export type { ShadowPart } from "./operate/shadow-parts.ts";
export { policy } from "./policy.ts";
export type {
  CallResult,
  CorePolicy,
  Policy,
  RunOptions,
  Runtime,
  TypedPolicyOptions,
} from "./types.ts";
