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
  return describeResolved(resolvePolicy(options));
}

/** The same line for a policy that is resolved already. */
export function describeResolved(policy: ResolvedPolicy): string {
  return [
    policy.hasFallback ? "fallback" : "",
    policy.deadlineMs < Infinity ? `deadline ${formatDuration(policy.deadlineMs)}` : "",
    retryText(policy.retry),
    hedgeText(policy.hedge),
    budgetText(policy.retryBudget),
    policy.clientThrottle ? `client throttle (K = ${policy.clientThrottle.multiplier})` : "",
    rateLimiterText(policy.rateLimiter),
    bulkheadText(policy.bulkhead),
    concurrencyLimiterText(policy.concurrencyLimiter),
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

function hedgeText(hedge: ResolvedPolicy["hedge"]): string {
  if (hedge === undefined) return "";
  const { attempts, delayMs, quantile } = hedge;
  const after =
    quantile > 0
      ? `slower than ${percent(quantile)}, at most ${formatDuration(delayMs)}`
      : formatDuration(delayMs);
  return `hedge (up to ${plural(attempts, "attempt")}, after ${after})`;
}

function concurrencyLimiterText(limiter: ResolvedPolicy["concurrencyLimiter"]): string {
  if (limiter === undefined) return "";
  const { algorithm, initial, min, max } = limiter;
  return `concurrency limiter (${algorithm.kind}, ${initial} at a time, ${min} to ${max})`;
}

function budgetText(budget: ResolvedPolicy["retryBudget"]): string {
  if (budget === undefined) return "";
  const { ratio, floorPerMs, capacity, perSuccess } = budget;
  const floor = floorPerMs > 0 ? ` and ${rounded(floorPerMs * 1000)} per second` : "";
  const earned = `${percent(ratio)} of ${perSuccess ? "answers" : "calls"}${floor}`;
  return `retry budget (${earned}, up to ${rounded(capacity)})`;
}

function rateLimiterText(limiter: ResolvedPolicy["rateLimiter"]): string {
  if (limiter === undefined) return "";
  const { kind, limit, perMs, burst, maxWaitMs } = limiter;
  const rate = `${limit} per ${formatDuration(perMs)}`;
  const form = kind === "tokenBucket" ? `, bursts of ${burst}` : ", sliding window";
  return `rate limiter (${rate}${form}${waitText(maxWaitMs)})`;
}

function bulkheadText(bulkhead: ResolvedPolicy["bulkhead"]): string {
  if (bulkhead === undefined) return "";
  const { concurrent, queue } = bulkhead;
  const order = queue.order === "lifo" ? ", latest first" : "";
  const line = queue.size > 0 ? `, queue of ${queue.size}${order}${waitText(queue.maxWaitMs)}` : "";
  return `bulkhead (${concurrent} at a time${line})`;
}

function waitText(maxWaitMs: number): string {
  return maxWaitMs > 0 && maxWaitMs < Infinity ? `, wait up to ${formatDuration(maxWaitMs)}` : "";
}

function circuitBreakerText(breaker: ResolvedPolicy["circuitBreaker"]): string {
  if (breaker === undefined) return "";
  const { window, openForMs, openFactor } = breaker;
  const growing = openFactor > 1 ? ", growing" : "";
  const steps = breaker.recovery ? `, ${plural(breaker.recovery.steps.length, "step")} back` : "";
  const hangs =
    breaker.hangingMs < Infinity ? `, hanging after ${formatDuration(breaker.hangingMs)}` : "";
  const trip = `${tripText(breaker, window)}${hangs}`;
  return `circuit breaker (${trip}, open for ${formatDuration(openForMs)}${growing}${steps})`;
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
  return `${rounded(share * 100)} %`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
