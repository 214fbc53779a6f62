import type { ResolvedCircuitBreaker } from "../circuit-breaker/resolved.ts";
import type { ResolvedProbationBreaker } from "../probation-breaker/machine.ts";
import type { ResolvedRetry } from "../retry/machine.ts";

/** A policy after validation: every default filled in, durations in milliseconds, Infinity for "off". */
export interface ResolvedPolicy {
  readonly name: string;
  readonly deadlineMs: number;
  readonly timeoutMs: number;
  readonly retry: ResolvedRetry | undefined;
  readonly circuitBreaker: ResolvedCircuitBreaker | undefined;
  readonly probationBreaker: ResolvedProbationBreaker | undefined;
  readonly hasFallback: boolean;
  readonly lateAnswers: "ignored" | "taken";
}
