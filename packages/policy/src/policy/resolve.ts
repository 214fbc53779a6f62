import { type CheckedBulkhead, resolveBulkhead } from "../bulkhead/options.ts";
import type { ResolvedCircuitBreaker } from "../circuit-breaker/resolved.ts";
import { type CheckedClientThrottle, resolveClientThrottle } from "../client-throttle/options.ts";
import {
  type CheckedConcurrencyLimiter,
  resolveConcurrencyLimiter,
} from "../concurrency-limiter/options.ts";
import { InvalidOptionsError } from "../errors.ts";
import { type CheckedHedge, resolveHedge } from "../hedge/options.ts";
import type { ObjectField } from "../options/field.ts";
import { check } from "../options/validate.ts";
import type { ResolvedProbationBreaker } from "../probation-breaker/machine.ts";
import { type CheckedRateLimiter, resolveRateLimiter } from "../rate-limiter/options.ts";
import { policyTable } from "../registry.ts";
import type { ResolvedRetry } from "../retry/machine.ts";
import type { Jitter } from "../retry/options.ts";
import { type CheckedRetryBudget, resolveRetryBudget } from "../retry-budget/options.ts";
import type { PolicyOptions } from "../types.ts";
import { checkPolicy } from "./check.ts";
import type { ResolvedPolicy } from "./resolved.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** The whole of a policy as one field: what the scenario language and the schema embed. */
export const policyField = {
  kind: "object",
  fields: policyTable,
  about: "How calls are protected; its parts always apply in one order.",
} satisfies ObjectField;

/**
 * Checks a policy, fills in the defaults and turns every duration into milliseconds.
 * @throws InvalidOptionsError that lists everything that is wrong
 */
export function resolvePolicy(options: PolicyOptions): ResolvedPolicy {
  const checked = check(policyField, options);
  // With the defaults filled in: a first delay above the default cap is a contradiction as well.
  const problems = checked.ok ? checkPolicy(checked.value as PolicyOptions) : checked.problems;
  if (!checked.ok || problems.length > 0) throw new InvalidOptionsError(problems);
  const policy = checked.value as CheckedPolicy;
  return {
    name: policy.name ?? "",
    deadlineMs: policy.deadline ?? NEVER,
    timeoutMs: policy.timeout ?? NEVER,
    retry: policy.retry && resolveRetry(policy.retry),
    hedge: policy.hedge && resolveHedge(policy.hedge),
    retryBudget: resolveBudget(policy),
    clientThrottle: policy.clientThrottle && resolveClientThrottle(policy.clientThrottle),
    rateLimiter: policy.rateLimiter && resolveRateLimiter(policy.rateLimiter),
    bulkhead: policy.bulkhead && resolveBulkhead(policy.bulkhead),
    concurrencyLimiter:
      policy.concurrencyLimiter && resolveConcurrencyLimiter(policy.concurrencyLimiter),
    circuitBreaker: policy.circuitBreaker && resolveCircuitBreaker(policy.circuitBreaker),
    probationBreaker: policy.probationBreaker && resolveProbationBreaker(policy.probationBreaker),
    hasFallback: policy.fallback !== undefined,
    lateAnswers: policy.lateAnswers,
  };
}

/** What `check` makes of a policy: defaults filled in where the tables have one, durations as milliseconds. */
interface CheckedPolicy {
  name?: string;
  deadline?: number;
  timeout?: number;
  retry?: CheckedRetry;
  hedge?: CheckedHedge & { budget?: CheckedRetryBudget };
  clientThrottle?: CheckedClientThrottle;
  rateLimiter?: CheckedRateLimiter;
  concurrencyLimiter?: CheckedConcurrencyLimiter;
  bulkhead?: CheckedBulkhead;
  circuitBreaker?: CheckedCircuitBreaker;
  probationBreaker?: CheckedProbationBreaker;
  fallback?: unknown;
  lateAnswers: "ignored" | "taken";
}

interface CheckedBackoff {
  kind: ResolvedRetry["kind"];
  base: number;
  cap: number;
  factor?: number;
  jitter?: Jitter;
}

interface CheckedRetry {
  attempts: number;
  backoff?: CheckedBackoff;
  budget?: CheckedRetryBudget;
  serverDelay: "respect" | "ignore";
  serverDelayCap: number;
}

interface CheckedCircuitBreaker {
  window?:
    | { kind: "consecutive"; failures: number }
    | { kind: "count"; size: number }
    | { kind: "time"; size: number; buckets: number };
  failureRate?: number;
  slowerThan?: number;
  slowRate?: number;
  minimumCalls?: number;
  openFor: number | { base: number; factor: number; cap: number };
  halfOpen?: { trials: number; failureRate?: number; deadline: number };
  recovery?: { steps: number[]; stepFor: number; minimumCalls?: number };
  hanging?: { longerThan: number };
}

interface CheckedProbationBreaker {
  halfFor: number;
  failures: number;
  failureRate: number;
  minimumCalls: number;
  openFor: number;
  trialDeadline: number;
}

/** A part left out altogether takes the defaults of its table, as an empty one does. */
function defaultsOf<T>(field: ObjectField, value: T | undefined): T {
  if (value !== undefined) return value;
  const checked = check(field, {});
  return (checked.ok ? checked.value : {}) as T;
}

/** Retries and hedges exclude each other, so a policy has one budget at most. */
function resolveBudget({ retry, hedge }: CheckedPolicy) {
  const budget = retry?.budget ?? hedge?.budget;
  return budget && resolveRetryBudget(budget);
}

function resolveRetry(retry: CheckedRetry): ResolvedRetry {
  const { fields } = policyTable.retry;
  const backoff = defaultsOf(fields.backoff, retry.backoff);
  const { kind } = backoff;
  const jitter = backoff.jitter ?? (kind === "decorrelated" ? "decorrelated" : "full");
  return {
    attempts: retry.attempts,
    kind,
    baseMs: backoff.base,
    capMs: backoff.cap,
    factor: backoff.factor ?? (jitter === "decorrelated" ? 3 : 2),
    jitter,
    respectServerDelay: retry.serverDelay === "respect",
    serverDelayCapMs: retry.serverDelayCap,
  };
}

const RATE_UNLESS_SET = 0.5;
const MINIMUM_CALLS_UNLESS_SET = 20;
/** A step lets out few attempts: waiting for more would let a step pass that is bad. */
const STEP_CALLS_UNLESS_SET = 5;

function resolveCircuitBreaker(breaker: CheckedCircuitBreaker): ResolvedCircuitBreaker {
  const { fields } = policyTable.circuitBreaker;
  const window = resolveWindow(breaker.window);
  const consecutive = window.kind === "consecutive";
  const { openFor } = breaker;
  const { trials, failureRate, deadline } = defaultsOf(fields.halfOpen, breaker.halfOpen);
  const rate = consecutive ? NEVER : (breaker.failureRate ?? RATE_UNLESS_SET);
  const atMost = window.kind === "count" ? window.size : NEVER;
  return {
    window,
    failureRate: rate,
    slowerThanMs: breaker.slowerThan ?? NEVER,
    slowRate: breaker.slowRate ?? NEVER,
    minimumCalls: breaker.minimumCalls ?? Math.min(MINIMUM_CALLS_UNLESS_SET, atMost),
    openForMs: typeof openFor === "number" ? openFor : openFor.base,
    openFactor: typeof openFor === "number" ? 1 : openFor.factor,
    openCapMs: typeof openFor === "number" ? NEVER : openFor.cap,
    trials,
    trialFailureRate: failureRate ?? (consecutive ? 1 / trials : rate),
    trialDeadlineMs: deadline,
    recovery: breaker.recovery && {
      steps: breaker.recovery.steps,
      stepForMs: breaker.recovery.stepFor,
      minimumCalls: breaker.recovery.minimumCalls ?? Math.min(STEP_CALLS_UNLESS_SET, atMost),
    },
    hangingMs: breaker.hanging?.longerThan ?? NEVER,
  };
}

function resolveWindow(window: CheckedCircuitBreaker["window"]): ResolvedCircuitBreaker["window"] {
  if (window === undefined) return resolveWindow(defaultsOf(TIME_WINDOW, undefined));
  if (window.kind !== "time") return window;
  return { kind: "time", sizeMs: window.size, buckets: window.buckets };
}

/** The window of a breaker that says nothing about its window. */
const TIME_WINDOW = {
  kind: "object",
  fields: {
    kind: { kind: "choice", choices: ["time"], default: "time", about: "" },
    ...policyTable.circuitBreaker.fields.window.variants.time,
  },
  about: "",
} satisfies ObjectField;

function resolveProbationBreaker(breaker: CheckedProbationBreaker): ResolvedProbationBreaker {
  return {
    halfForMs: breaker.halfFor,
    failures: breaker.failures,
    failureRate: breaker.failureRate,
    minimumCalls: breaker.minimumCalls,
    openForMs: breaker.openFor,
    trialDeadlineMs: breaker.trialDeadline,
  };
}
