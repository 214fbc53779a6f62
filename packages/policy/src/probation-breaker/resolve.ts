import { filled } from "../options/fill.ts";
import type { ResolvedProbationBreaker } from "./machine.ts";
import type { ProbationBreakerOptions } from "./options.ts";

export const DEFAULTS = {
  halfFor: "5s",
  failures: 5,
  failureRate: 0.5,
  minimumCalls: 10,
  openFor: "10s",
  trialDeadline: "30s",
} as const;

export function resolveProbationBreaker(
  options: ProbationBreakerOptions,
): ResolvedProbationBreaker {
  const { halfFor, openFor, trialDeadline, ...counts } = filled(options, DEFAULTS);
  return { ...counts, halfForMs: halfFor, openForMs: openFor, trialDeadlineMs: trialDeadline };
}
