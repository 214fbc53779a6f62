export {
  type Breaker,
  type CircuitFact,
  type CircuitListener,
  type CircuitState,
  NO_PERMIT,
  type Refusal,
} from "./breaker.ts";
export { type BreakerState, exportBreaker, restoreBreaker } from "./breaker-state.ts";
export { Bulkhead, type ResolvedBulkhead } from "./bulkhead/machine.ts";
export type { BulkheadOptions, QueueOptions } from "./bulkhead/options.ts";
export { type Aged, type Freshness, freshnessOfAll } from "./cache/freshness.ts";
export { AnswerCache, type Kept, type Lookup } from "./cache/machine.ts";
export {
  type CacheOptions,
  cacheTable,
  type ResolvedCache,
  resolveCache,
} from "./cache/options.ts";
export { type Admission, isCircuitRefusal } from "./call-engine/admission.ts";
export { AtOnce, mayGoAtOnce, NOT_AT_ONCE } from "./call-engine/at-once.ts";
export { isOut } from "./call-engine/attempts.ts";
export { Call } from "./call-engine/call.ts";
export { CallEngine, type EngineSettings, NO_SERVER_DELAY } from "./call-engine/engine.ts";
export {
  type AttemptRefusal,
  type CacheFact,
  type CallFact,
  type Fact,
  type FactListener,
  isCircuitFact,
  type ShedFact,
} from "./call-engine/facts.ts";
export type { EngineParts } from "./call-engine/parts.ts";
export { CircuitBreaker } from "./circuit-breaker/machine.ts";
export type { CircuitBreakerOptions } from "./circuit-breaker/options.ts";
export type { ResolvedCircuitBreaker } from "./circuit-breaker/resolved.ts";
export type { CircuitBreakerState } from "./circuit-breaker/state.ts";
export { ClientThrottle, type ResolvedClientThrottle } from "./client-throttle/machine.ts";
export type { ClientThrottleOptions } from "./client-throttle/options.ts";
export type {
  LimitAlgorithm,
  LimitDecision,
  LimitSample,
  SampleOutcome,
} from "./concurrency-limiter/limit-algorithm.ts";
export {
  type AttemptSample,
  ConcurrencyLimiter,
  makeLimitAlgorithm,
  type ResolvedConcurrencyLimiter,
  type ResolvedLimit,
} from "./concurrency-limiter/machine.ts";
export type {
  AdaptiveLimitOptions,
  ConcurrencyLimiterOptions,
  LimitAlgorithmOptions,
} from "./concurrency-limiter/options.ts";
export { InvalidOptionsError } from "./errors.ts";
export { type FailureOutcome, fallbackApplies } from "./fallback/machine.ts";
export type { FallbackContext, FallbackOptions } from "./fallback/options.ts";
export { Hedger, type ResolvedHedge } from "./hedge/machine.ts";
export type { HedgeOptions } from "./hedge/options.ts";
export { LoadShedder, type ResolvedLoadShedder } from "./load-shedder/machine.ts";
export {
  type LoadShedderOptions,
  loadShedderField,
  resolveLoadShedder,
} from "./load-shedder/options.ts";
export type {
  PriorityClass,
  ShedderRequest,
  Ticket,
  TicketReason,
  TicketState,
} from "./load-shedder/ticket.ts";
export { formatDuration, parseDuration } from "./options/duration.ts";
export type * from "./options/field.ts";
export { jsonSchema } from "./options/json-schema.ts";
export { nearest } from "./options/nearest.ts";
export { problemText } from "./options/problem.ts";
export { type Checked, check, resolve, validate } from "./options/validate.ts";
export { OutlierDetector, type OutlierFact } from "./outlier-detection/machine.ts";
export {
  type OutlierDetectionOptions,
  outlierDetectionTable,
  resolveOutlierDetection,
} from "./outlier-detection/options.ts";
export type { ResolvedOutlierDetection } from "./outlier-detection/resolved.ts";
export type { OutlierRule } from "./outlier-detection/rules.ts";
export { checkPolicy } from "./policy/check.ts";
export { describePolicy, describeResolved } from "./policy/describe.ts";
export { EVERY_PART } from "./policy/parts.ts";
export { resolvePolicy } from "./policy/resolve.ts";
export type { ResolvedPolicy } from "./policy/resolved.ts";
export { ProbationBreaker, type ResolvedProbationBreaker } from "./probation-breaker/machine.ts";
export type { ProbationBreakerOptions } from "./probation-breaker/options.ts";
export type { ProbationBreakerState } from "./probation-breaker/state.ts";
export {
  makeRateLimiter,
  type RateLimiter,
  type ResolvedRateLimiter,
} from "./rate-limiter/machine.ts";
export type { RateLimiterOptions } from "./rate-limiter/options.ts";
export { policyField, policyTable } from "./registry.ts";
export { GIVE_UP, type ResolvedRetry, retryDelay, type StopReason } from "./retry/machine.ts";
export type { BackoffOptions, Jitter, RetryOptions } from "./retry/options.ts";
export { type ResolvedRetryBudget, RetryBudget } from "./retry-budget/machine.ts";
export type { RetryBudgetOptions } from "./retry-budget/options.ts";
export { OUTCOMES, type Outcome, type PolicyOptions } from "./types.ts";
