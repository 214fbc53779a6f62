import { plural } from "../breaker.ts";
import { formatDuration } from "../options/duration.ts";
import type { PolicyOptions } from "../types.ts";
import { resolvePolicy } from "./resolve.ts";
import type { ResolvedPolicy } from "./resolved.ts";

/**
 * A policy in one line, outermost part first: "deadline 2s, 3 attempts (exponential backoff from 100ms, full jitter),
 * circuit breaker (5 failures in a row, open for 30s), timeout 300ms". Empty for a policy without parts.
 * @throws InvalidOptionsError
 */
export function describePolicy(options: PolicyOptions): string {
  const policy = resolvePolicy(options);
  return [
    policy.hasFallback ? "fallback" : "",
    policy.deadlineMs < Infinity ? `deadline ${formatDuration(policy.deadlineMs)}` : "",
    retryText(policy.retry),
    circuitBreakerText(policy.circuitBreaker),
    probationBreakerText(policy.probationBreaker),
    policy.timeoutMs < Infinity ? `timeout ${formatDuration(policy.timeoutMs)}` : "",
    policy.lateAnswers === "taken" ? "late answers taken" : "",
  ]
    .filter((part) => part !== "")
    .join(", ");
}

function retryText(retry: ResolvedPolicy["retry"]): string {
  if (retry === undefined) return "";
  const { attempts, kind, baseMs, jitter } = retry;
  if (baseMs === 0) return `${plural(attempts, "attempt")} (without backoff)`;
  const spread = kind === "decorrelated" || jitter === "none" ? "" : `, ${jitter} jitter`;
  return `${plural(attempts, "attempt")} (${kind} backoff from ${formatDuration(baseMs)}${spread})`;
}

function circuitBreakerText(breaker: ResolvedPolicy["circuitBreaker"]): string {
  if (breaker === undefined) return "";
  const { window, openForMs, openFactor } = breaker;
  const growing = openFactor > 1 ? ", growing" : "";
  return `circuit breaker (${tripText(breaker, window)}, open for ${formatDuration(openForMs)}${growing})`;
}

function tripText(
  breaker: NonNullable<ResolvedPolicy["circuitBreaker"]>,
  window: NonNullable<ResolvedPolicy["circuitBreaker"]>["window"],
): string {
  if (window.kind === "consecutive") return `${plural(window.failures, "failure")} in a row`;
  const over =
    window.kind === "count"
      ? `the last ${plural(window.size, "attempt")}`
      : formatDuration(window.sizeMs);
  const slow = breaker.slowRate < Infinity ? ` or ${percent(breaker.slowRate)} slow` : "";
  return `${percent(breaker.failureRate)} failed${slow} over ${over}`;
}

function probationBreakerText(breaker: ResolvedPolicy["probationBreaker"]): string {
  if (breaker === undefined) return "";
  const trip = `${plural(breaker.failures, "failure")} in a row`;
  return `probation breaker (${trip}, open for ${formatDuration(breaker.openForMs)})`;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
