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
  /** undefined: good trials close the circuit at once. */
  readonly recovery: ResolvedRecovery | undefined;
  /** An attempt that is out so long counts as failed; Infinity: not before it ends. */
  readonly hangingMs: number;
}

export interface ResolvedRecovery {
  /** Shares of attempts let out, one step after the other, each greater than the one before. */
  readonly steps: readonly number[];
  readonly stepForMs: number;
  readonly minimumCalls: number;
}
