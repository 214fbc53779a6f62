import { InvalidOptionsError, type ResolvedPolicy, resolvePolicy } from "@breakwater/policy";

/** The parts that can be tried out. */
export const SHADOW_PARTS = [
  "fallback",
  "deadline",
  "retry",
  "hedge",
  "clientThrottle",
  "rateLimiter",
  "bulkhead",
  "concurrencyLimiter",
  "circuitBreaker",
  "probationBreaker",
  "timeout",
] as const;

export type ShadowPart = (typeof SHADOW_PARTS)[number];

const NEVER = Number.POSITIVE_INFINITY;

/** @throws InvalidOptionsError when a part is none that can be tried out */
export function checkShadow(shadow: true | readonly ShadowPart[] | undefined): void {
  if (shadow === undefined || shadow === true) return;
  const known: readonly string[] = SHADOW_PARTS;
  const problems = shadow.flatMap((value, index) => {
    if (known.includes(value)) return [];
    const message = `"${String(value)}" is no part that can be tried out`;
    const allowed = `true, or some of ${SHADOW_PARTS.join(", ")}`;
    return [{ path: `shadow[${index}]`, value, message, allowed, fix: "leave it out" }];
  });
  if (problems.length > 0) throw new InvalidOptionsError(problems);
}

/** The same policy with some of its parts off: what stays is either enforced or shadowed. */
export function without(
  policy: ResolvedPolicy,
  off: (part: ShadowPart) => boolean,
): ResolvedPolicy {
  const keep = <T>(part: ShadowPart, value: T): T | undefined => (off(part) ? undefined : value);
  return {
    ...policy,
    deadlineMs: off("deadline") ? NEVER : policy.deadlineMs,
    timeoutMs: off("timeout") ? NEVER : policy.timeoutMs,
    retry: keep("retry", policy.retry),
    hedge: keep("hedge", policy.hedge),
    // A policy has a retry or a hedge.
    retryBudget: keep(policy.retry ? "retry" : "hedge", policy.retryBudget),
    clientThrottle: keep("clientThrottle", policy.clientThrottle),
    rateLimiter: keep("rateLimiter", policy.rateLimiter),
    bulkhead: keep("bulkhead", policy.bulkhead),
    concurrencyLimiter: keep("concurrencyLimiter", policy.concurrencyLimiter),
    circuitBreaker: keep("circuitBreaker", policy.circuitBreaker),
    probationBreaker: keep("probationBreaker", policy.probationBreaker),
    hasFallback: policy.hasFallback && !off("fallback"),
  };
}

/** What is enforced of a policy. With `true`, nothing. */
export function enforced(
  policy: ResolvedPolicy,
  shadow: true | readonly ShadowPart[],
): ResolvedPolicy {
  if (shadow === true) return { ...resolvePolicy({}), name: policy.name };
  return without(policy, (part) => shadow.includes(part));
}

/** The options of a part as text, to compare. Infinity becomes null, and there is no null otherwise. */
export function same(before: object | undefined, after: object | undefined): boolean {
  return before !== undefined && JSON.stringify(before) === JSON.stringify(after);
}
