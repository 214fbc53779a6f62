import { fitsDeadline } from "../deadline/machine.ts";
import { GIVE_UP, type ResolvedRetry, retryDelay, type StopReason } from "../retry/machine.ts";
import type { RetryBudget } from "../retry-budget/machine.ts";
import type { DrawRandom } from "./admission.ts";
import type { Call } from "./call.ts";

export interface PlannerSettings {
  readonly random: DrawRandom;
  readonly backoffFrom?: "failure" | "attemptStart";
}

/** Brings together what decides about the next try: the retry machine, the deadline and the budget, in this order. */
export class RetryPlanner {
  readonly #random: DrawRandom;
  readonly #fromStart: boolean;
  readonly #budget: RetryBudget | undefined;

  constructor(settings: PlannerSettings, budget: RetryBudget | undefined) {
    this.#random = settings.random;
    this.#fromStart = settings.backoffFrom === "attemptStart";
    this.#budget = budget;
  }

  /**
   * When the call's next try is due, or why there is none.
   * @param atLeastMs no sooner than so long from now: what a refusal on our own side said
   */
  plan(
    call: Call,
    retry: ResolvedRetry,
    nowMs: number,
    serverDelayMs: number,
    atLeastMs: number,
  ): number | StopReason {
    if (call.tries >= Math.min(retry.attempts, call.maxTries)) return "attemptsExhausted";
    if (!fitsDeadline(nowMs + atLeastMs, call.deadlineAtMs)) return "deadlineTooClose";
    const previousMs = call.tries === 1 ? retry.baseMs : call.delayMs;
    const uniform = retry.jitter === "none" ? 0 : this.#random(call, "jitter");
    const delayMs = retryDelay(retry, call.tries, previousMs, uniform, serverDelayMs);
    if (delayMs === GIVE_UP) return "serverDelayTooLong";
    const fromMs = this.#fromStart ? call.attemptStartedAtMs : nowMs;
    const dueAtMs = Math.max(nowMs + atLeastMs, fromMs + delayMs);
    if (!fitsDeadline(dueAtMs, call.deadlineAtMs)) return "deadlineTooClose";
    // Taken now and not when the retry goes out: a wave of retries in backoff must not pass the check together.
    if (this.#budget !== undefined && !this.#budget.withdraw(nowMs)) return "budgetExhausted";
    call.delayMs = delayMs;
    return dueAtMs;
  }
}
