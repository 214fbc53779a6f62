import type {
  LimitAlgorithm,
  LimitDecision,
  SampleOutcome,
} from "../src/concurrency-limiter/limit-algorithm.ts";
import { ConcurrencyLimiter, makeLimitAlgorithm } from "../src/concurrency-limiter/machine.ts";
import {
  type ConcurrencyLimiterOptions,
  concurrencyLimiterTable,
} from "../src/concurrency-limiter/options.ts";
import { resolveConcurrencyLimiter } from "../src/concurrency-limiter/resolve.ts";
import { check } from "../src/options/validate.ts";

export function resolveLimiter(options: ConcurrencyLimiterOptions) {
  const checked = check({ kind: "object", fields: concurrencyLimiterTable, about: "" }, options);
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  return resolveConcurrencyLimiter(checked.value as ConcurrencyLimiterOptions);
}

export function limiterOf(options: ConcurrencyLimiterOptions): ConcurrencyLimiter {
  return new ConcurrencyLimiter(resolveLimiter(options));
}

export interface Round {
  readonly latencyMs: number;
  readonly outcome?: SampleOutcome;
  /** All places unless told. */
  readonly inFlight?: number;
}

/** Tells a limit algorithm how attempts end that keep all of its places in use. */
export class Sampler {
  readonly algorithm: LimitAlgorithm;
  nowMs = 0;

  constructor(options: ConcurrencyLimiterOptions) {
    this.algorithm = makeLimitAlgorithm(resolveLimiter(options));
  }

  /** One attempt ends, so long after the one before. */
  one({ latencyMs, outcome = "ok", inFlight = this.algorithm.limit }: Round, afterMs = 0) {
    this.nowMs += afterMs;
    return this.algorithm.sample({ latencyMs, inFlight, outcome, nowMs: this.nowMs });
  }

  /** Attempts end for so long, one every 10 ms. Returns the decisions that were more than gathering. */
  for(ms: number, round: Round): LimitDecision[] {
    const decisions: LimitDecision[] = [];
    for (let past = 0; past < ms; past += 10) {
      const decision = this.one(round, 10);
      if (!/not complete|before the limit/.test(decision.reason)) decisions.push(decision);
    }
    return decisions;
  }
}
