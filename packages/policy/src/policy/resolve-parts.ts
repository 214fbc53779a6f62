import type { EngineParts } from "../call-engine/parts.ts";
import { msOf } from "../options/fill.ts";
import type { ResolvedRetryBudget } from "../retry-budget/machine.ts";
import type { RetryBudgetOptions } from "../retry-budget/options.ts";
import type { PolicyOptions } from "../types.ts";
import type { ResolvedPolicy } from "./resolved.ts";

/** The parts of a policy that are machinery, and may be left out of a bundle. */
export type PartName = keyof EngineParts;

/** What resolves the options of one part: fills in its defaults, and turns durations into milliseconds. */
interface Resolver<Name extends PartName> {
  readonly resolve: (
    options: NonNullable<PolicyOptions[Name]>,
  ) => NonNullable<ResolvedPolicy[Name]>;
}

interface BudgetResolver {
  readonly resolveBudget: (options: RetryBudgetOptions) => ResolvedRetryBudget;
}

/** What a policy needs of its parts: what resolves their options, and what makes their machines. */
export type Parts = {
  readonly [Name in PartName]?: Resolver<Name> &
    (Name extends "retry" | "hedge" ? BudgetResolver : unknown);
} & EngineParts;

/**
 * Resolves options that were checked before: what is wrong with them goes unseen here.
 * @throws TypeError when the options have a part that is not among `parts`
 */
export function resolveParts(options: PolicyOptions, parts: Parts): ResolvedPolicy {
  const resolved = <Name extends PartName>(name: Name): ResolvedPolicy[Name] => {
    const given = options[name] as NonNullable<PolicyOptions[Name]> | undefined;
    if (given === undefined) return undefined as ResolvedPolicy[Name];
    const part = parts[name] as Resolver<Name> | undefined;
    if (part === undefined)
      throw new TypeError(`the policy has a ${name}, and its parts have none`);
    return part.resolve(given);
  };
  const { name = "", deadline, timeout, fallback, lateAnswers = "ignored", retry, hedge } = options;
  const budget = retry?.budget ?? hedge?.budget;
  return {
    name,
    deadlineMs: msOf(deadline),
    timeoutMs: msOf(timeout),
    retry: resolved("retry"),
    hedge: resolved("hedge"),
    // Retries and hedges exclude each other, so a policy has one budget at most.
    retryBudget: budget && (retry ? parts.retry : parts.hedge)?.resolveBudget(budget),
    clientThrottle: resolved("clientThrottle"),
    rateLimiter: resolved("rateLimiter"),
    bulkhead: resolved("bulkhead"),
    concurrencyLimiter: resolved("concurrencyLimiter"),
    circuitBreaker: resolved("circuitBreaker"),
    probationBreaker: resolved("probationBreaker"),
    hasFallback: fallback !== undefined,
    lateAnswers,
  };
}
