import type { ConformanceCase } from "../case.ts";
import { circuitBreakerCases } from "./circuit-breaker.ts";
import { recoveryCases } from "./circuit-breaker-recovery.ts";
import { compositionCases } from "./composition.ts";
import { deadlineCases } from "./deadline.ts";
import { fallbackCases } from "./fallback.ts";
import { probationBreakerCases } from "./probation-breaker.ts";
import { retryCases } from "./retry.ts";
import { timeoutCases } from "./timeout.ts";

/** Every written case, by the policy that it is about. */
export const CASES: Readonly<Record<string, readonly ConformanceCase[]>> = {
  deadline: deadlineCases,
  timeout: timeoutCases,
  retry: retryCases,
  "circuit breaker": circuitBreakerCases,
  "recovery and hanging attempts": recoveryCases,
  "probation breaker": probationBreakerCases,
  fallback: fallbackCases,
  composition: compositionCases,
};
