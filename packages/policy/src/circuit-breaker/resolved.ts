/** Circuit breaker options with every default filled in, in milliseconds. */
export interface ResolvedCircuitBreaker {
  readonly window:
    | { readonly kind: "consecutive"; readonly failures: number }
    | { readonly kind: "count"; readonly size: number }
    | { readonly kind: "time"; readonly sizeMs: number; readonly buckets: number };
  /** Infinity with a consecutive window, which has no rate. */
  readonly failureRate: number;
  /** Infinity: nothing is slow. */
  readonly slowerThanMs: number;
  readonly slowRate: number;
  readonly minimumCalls: number;
  readonly openForMs: number;
  readonly openFactor: number;
  readonly openCapMs: number;
  readonly trials: number;
  readonly trialFailureRate: number;
  readonly trialDeadlineMs: number;
}
