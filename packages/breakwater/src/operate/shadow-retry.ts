import {
  type CallFact,
  type Fact,
  type ResolvedPolicy,
  type ResolvedRetry,
  RetryBudget,
  retryDelay,
  type StopReason,
} from "@breakwater/policy";

const NO_SERVER_DELAY = -1;

/** A retry that is only tried out: tells of the first retry that a failed call would have had, or why it had none. */
export class ShadowRetry {
  readonly #policy: ResolvedPolicy;
  readonly #random: () => number;
  readonly #report: (fact: Fact) => void;
  readonly #budget: RetryBudget | undefined;

  constructor(policy: ResolvedPolicy, random: () => number, report: (fact: Fact) => void) {
    this.#policy = policy;
    this.#random = random;
    this.#report = report;
    this.#budget = policy.retryBudget && new RetryBudget(policy.retryBudget);
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
