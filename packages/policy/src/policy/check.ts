import type { CircuitBreakerOptions } from "../circuit-breaker/options.ts";
import { formatDuration } from "../options/duration.ts";
import type { Problem } from "../options/field.ts";
import type { PolicyOptions } from "../types.ts";
import { at, checkLimits, ms } from "./check-limits.ts";

/**
 * Parts of a policy that contradict each other, though each is well formed. Reads only well-formed parts, so it may
 * run beside the check of the single fields.
 * @param path where the policy stands, for the problems
 */
export function checkPolicy(policy: PolicyOptions, path = ""): Problem[] {
  return [
    ...checkTimes(policy, path),
    ...checkAgain(policy, "retry", path),
    ...checkAgain(policy, "hedge", path),
    ...checkBudget(policy, "retry", path),
    ...checkBudget(policy, "hedge", path),
    ...checkPairs(policy, path),
    ...checkBackoff(policy, path),
    ...checkLimits(policy, path),
    ...checkWindow(policy, path),
  ];
}

function checkTimes({ timeout, deadline }: PolicyOptions, path: string): Problem[] {
  const timeoutMs = ms(timeout);
  const deadlineMs = ms(deadline);
  if (timeoutMs === undefined || deadlineMs === undefined || timeoutMs <= deadlineMs) return [];
  return [
    {
      path: at(path, "timeout"),
      value: timeout,
      message: `the timeout of one attempt is longer than the deadline of the whole call (${formatDuration(deadlineMs)})`,
      allowed: "a timeout of at most the deadline",
      fix: "shorten the timeout or lengthen the deadline",
    },
  ];
}

function checkAgain(policy: PolicyOptions, part: "retry" | "hedge", path: string): Problem[] {
  if (policy[part] === undefined || (policy as { idempotent?: boolean }).idempotent === true) {
    return [];
  }
  return [
    {
      path: at(path, part),
      value: policy[part],
      message: `a ${part} may do the same thing twice, and this policy does not say that this is safe`,
      allowed: `a ${part} together with idempotent: true`,
      fix: `add idempotent: true if doing it twice does no harm, or remove the ${part}`,
    },
  ];
}

/** Nothing fills such a budget: it allows what it begins with, and then no more for ever. */
function checkBudget(policy: PolicyOptions, part: "retry" | "hedge", path: string): Problem[] {
  const { attempts = 2, budget } = policy[part] ?? {};
  if (budget === undefined || attempts < 2) return [];
  const { ratio, floor = 0 } = budget;
  if (ratio > 0 || floor > 0) return [];
  return [
    {
      path: at(path, `${part}.budget.ratio`),
      value: ratio,
      message: `a budget that nothing fills contradicts ${attempts} attempts: what it begins with is used up once and for all`,
      allowed: "a ratio or a floor above 0",
      fix: `set one of them, or remove the ${part}`,
    },
  ];
}

/** Of each pair a policy has one at most: they do the same thing in two ways. */
const PAIRS = [
  ["circuitBreaker", "probationBreaker"],
  ["bulkhead", "concurrencyLimiter"],
  ["retry", "hedge"],
] as const satisfies readonly (readonly [keyof PolicyOptions, keyof PolicyOptions])[];

function checkPairs(policy: PolicyOptions, path: string): Problem[] {
  return PAIRS.filter(([a, b]) => policy[a] !== undefined && policy[b] !== undefined).map(
    ([a, b]) => ({
      path: at(path, b),
      value: policy[b],
      message: `a policy has ${a} or ${b}, and this one has both`,
      allowed: `${a} or ${b}`,
      fix: "remove one of the two, or nest one policy in another",
    }),
  );
}

function checkBackoff({ retry }: PolicyOptions, path: string): Problem[] {
  const backoff = retry?.backoff;
  if (backoff === undefined) return [];
  const { kind = "exponential", jitter } = backoff;
  const where = at(path, "retry.backoff");
  const problems: Problem[] = [];
  const growing = kind === "exponential" || kind === "decorrelated";
  if (jitter === "decorrelated" && !growing) {
    problems.push({
      path: `${where}.jitter`,
      value: jitter,
      message: `decorrelated jitter grows from the previous delay, which ${kind} backoff does not`,
      allowed: `none, full or equal with ${kind} backoff`,
      fix: 'choose another jitter, or kind: "decorrelated"',
    });
  }
  if (kind === "decorrelated" && jitter !== undefined && jitter !== "decorrelated") {
    problems.push({
      path: `${where}.jitter`,
      value: jitter,
      message: "decorrelated backoff is its own jitter",
      allowed: "no jitter option, or decorrelated",
      fix: 'remove jitter, or choose kind: "exponential"',
    });
  }
  if (backoff.factor !== undefined && !growing) {
    problems.push({
      path: `${where}.factor`,
      value: backoff.factor,
      message: `${kind} backoff has no factor`,
      allowed: "a factor with exponential or decorrelated backoff",
      fix: "remove factor",
    });
  }
  const base = ms(backoff.base);
  const cap = ms(backoff.cap);
  if (base !== undefined && cap !== undefined && base > cap) {
    problems.push({
      path: `${where}.base`,
      value: backoff.base,
      message: `the first delay is longer than the longest one (${formatDuration(cap)})`,
      allowed: "a base of at most the cap",
      fix: "raise cap or lower base",
    });
  }
  return problems;
}

function checkWindow({ circuitBreaker }: PolicyOptions, path: string): Problem[] {
  if (circuitBreaker === undefined) return [];
  const where = at(path, "circuitBreaker");
  const { window, slowerThan, slowRate, minimumCalls } = circuitBreaker;
  const problems: Problem[] = [];
  if (window?.kind === "consecutive") {
    for (const key of ["failureRate", "slowerThan", "slowRate", "minimumCalls"] as const) {
      if (circuitBreaker[key] === undefined) continue;
      problems.push({
        path: `${where}.${key}`,
        value: circuitBreaker[key],
        message: "a consecutive window counts failures in a row and knows no shares",
        allowed: `${key} with a count or time window`,
        fix: `remove ${key}, or choose another window`,
      });
    }
  } else if ((slowerThan === undefined) !== (slowRate === undefined)) {
    const missing = slowerThan === undefined ? "slowerThan" : "slowRate";
    problems.push({
      path: `${where}.${missing}`,
      value: undefined,
      message: "slow attempts need both slowerThan and slowRate",
      allowed: "both, or neither",
      fix: `add ${missing}`,
    });
  }
  const size = window?.kind === "count" ? window.size : undefined;
  if (size !== undefined && minimumCalls !== undefined && minimumCalls > size) {
    problems.push({
      path: `${where}.minimumCalls`,
      value: minimumCalls,
      message: `the window never holds that many attempts (its size is ${size})`,
      allowed: "at most the window's size",
      fix: "lower minimumCalls or enlarge the window",
    });
  }
  return [...problems, ...checkRecovery(circuitBreaker, where)];
}

function checkRecovery({ recovery, window }: CircuitBreakerOptions, path: string): Problem[] {
  if (recovery === undefined) return [];
  const { steps = [], minimumCalls } = recovery;
  const problems: Problem[] = [];
  for (const [index, share] of steps.entries()) {
    if (index === 0 || share > (steps[index - 1] as number)) continue;
    problems.push({
      path: `${path}.recovery.steps[${index}]`,
      value: share,
      message: "a step does not let out more than the one before it",
      allowed: "shares that grow from step to step",
      fix: "put the shares in order, each once",
    });
  }
  const size = window?.kind === "count" ? window.size : undefined;
  if (minimumCalls === undefined) return problems;
  if (window?.kind === "consecutive" || (size !== undefined && minimumCalls > size)) {
    problems.push({
      path: `${path}.recovery.minimumCalls`,
      value: minimumCalls,
      message:
        size === undefined
          ? "a consecutive window counts failures in a row and knows no shares"
          : `the window never holds that many attempts (its size is ${size})`,
      allowed: "at most the size of a count window; any number with a time window",
      fix: "lower or remove minimumCalls, or choose another window",
    });
  }
  return problems;
}
