export type { CircuitBreakerOptions } from "./circuit-breaker/options.ts";
export type * from "./options/field.ts";
export type { ProbationBreakerOptions } from "./probation-breaker/options.ts";
export type { BackoffOptions, Jitter, RetryOptions } from "./retry/options.ts";
export { OUTCOMES, type Outcome, type PolicyOptions } from "./types.ts";
