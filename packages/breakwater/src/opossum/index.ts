export { CircuitBreaker } from "./circuit-breaker.ts";
export { BreakerError, type BreakerErrorCode } from "./errors.ts";
export type { Events } from "./events.ts";
export type { Options, SavedState } from "./options.ts";
export { type Bucket, type Stats, Status, type StatusOptions } from "./status.ts";
export type { CacheTransport } from "./stores.ts";
