import {
  type CallFact,
  type Fact,
  type ResolvedPolicy,
  type ResolvedRetry,
  RetryBudget,
  retryDelay,
  type StopReason,
} from "@breakwater/policy";
import { same } from "./shadow-parts.ts";

const NO_SERVER_DELAY = -1;

function budgetOf({ retry, retryBudget }: ResolvedPolicy): RetryBudget | undefined {
  return retry && retryBudget && new RetryBudget(retryBudget);
}

/** A retry that is only tried out: tells of the first retry that a failed call would have had, or why it had none. */
export class ShadowRetry {
  #policy: ResolvedPolicy;
  readonly #random: () => number;
  readonly #report: (fact: Fact) => void;
  #budget: RetryBudget | undefined;

  constructor(policy: ResolvedPolicy, random: () => number, report: (fact: Fact) => void) {
    this.#policy = policy;
    this.#random = random;
    this.#report = report;
    this.#budget = budgetOf(policy);
  }

  /** Keeps the tokens of an unchanged budget. */
  reconfigure(policy: ResolvedPolicy): void {
    const { retry, retryBudget } = this.#policy;
    this.#policy = policy;
    const kept = retry !== undefined && policy.retry !== undefined;
    if (!kept || !same(retryBudget, policy.retryBudget)) this.#budget = budgetOf(policy);
  }

  called(): void {
    this.#budget?.called();
  }

  ended(fact: Extract<CallFact, { type: "callEnded" }>, startedAtMs: number): void {
    const { atMs, callId, outcome, cause } = fact;
    if (outcome === "ok") this.#budget?.succeeded();
    const failed = [outcome, cause].some((each) => each === "failed" || each === "timedOut");
    const { retry } = this.#policy;
    if (retry === undefined || !failed) return;
    const plan = this.#plan(retry, atMs, startedAtMs);
    if (typeof plan === "string")
      this.#report({ type: "retryStopped", atMs, callId, reason: plan });
    else this.#report({ type: "retryScheduled", atMs, callId, nextTry: 2, delayMs: plan });
  }

  #plan(retry: ResolvedRetry, nowMs: number, startedAtMs: number): number | StopReason {
    if (retry.attempts < 2) return "attemptsExhausted";
    const uniform = retry.jitter === "none" ? 0 : this.#random();
    const delayMs = retryDelay(retry, 1, retry.baseMs, uniform, NO_SERVER_DELAY);
    if (nowMs + delayMs >= startedAtMs + this.#policy.deadlineMs) return "deadlineTooClose";
    if (this.#budget !== undefined && !this.#budget.withdraw(nowMs)) return "budgetExhausted";
    return delayMs;
  }
}
