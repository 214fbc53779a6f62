export {
  bulkhead,
  circuitBreaker,
  clientThrottle,
  concurrencyLimiter,
  hedge,
  probationBreaker,
  rateLimiter,
  retry,
} from "@breakwater/policy/parts";
export { fastPath } from "../driver/quick-calls.ts";
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
export { EVERY_PART } from "./every-part.ts";
export { type AnswerOf, type CoreParts as Parts, type PartsFor, policy } from "./policy.ts";
