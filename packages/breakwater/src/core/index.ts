export {
  bulkhead,
  circuitBreaker,
  clientThrottle,
  concurrencyLimiter,
  EVERY_PART,
  hedge,
  type Parts,
  probationBreaker,
  rateLimiter,
  retry,
} from "@breakwater/policy/parts";
export { BreakwaterError, type BreakwaterErrorCode } from "../errors.ts";
export type {
  CallResult,
  Clock,
  CorePolicy,
  Fact,
  FactListener,
  PolicyOptions,
  RunOptions,
} from "../index.ts";
export type { BreakerControl } from "./breaker-control.ts";
export { type Checked, checkedElsewhere } from "./checked.ts";
export { type AnswerOf, type PartsFor, policy } from "./policy.ts";
