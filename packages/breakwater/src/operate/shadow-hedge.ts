import {
  type CallFact,
  type Fact,
  Hedger,
  type ResolvedPolicy,
  RetryBudget,
} from "@breakwater/policy";
import { same } from "./shadow-parts.ts";

/** A hedge that is only tried out: tells of the first hedge that a slow or failed attempt would have had beside it. */
export class ShadowHedge {
  readonly #report: (fact: Fact) => void;
  #policy: ResolvedPolicy;
  #hedger: Hedger | undefined;
  #budget: RetryBudget | undefined;

  constructor(policy: ResolvedPolicy, report: (fact: Fact) => void) {
    const { hedge, retryBudget } = policy;
    this.#report = report;
    this.#policy = policy;
    this.#hedger = hedge && new Hedger(hedge);
    this.#budget = hedge && retryBudget && new RetryBudget(retryBudget);
  }

  /** Keeps the successes that its delay comes from, and the tokens of an unchanged budget. */
  reconfigure(policy: ResolvedPolicy): void {
    const { hedge, retryBudget } = policy;
    const before = this.#policy;
    this.#policy = policy;
    this.#hedger = hedge && new Hedger(hedge, this.#hedger);
    if (hedge === undefined) this.#budget = undefined;
    else if (this.#budget === undefined || !same(before.retryBudget, retryBudget)) {
      this.#budget = retryBudget && new RetryBudget(retryBudget);
    }
  }

  /** How long an attempt that goes out now would be alone; Infinity for ever. */
  get delayMs(): number {
    return this.#hedger?.delayMs ?? Number.POSITIVE_INFINITY;
  }

  called(): void {
    this.#budget?.called();
  }

  /** The first attempt of a call, which would have been alone for so long, has ended. */
  ended(fact: Extract<CallFact, { type: "attemptEnded" }>, delayMs: number): void {
    const { atMs, callId, outcome, latencyMs } = fact;
    if (this.#hedger === undefined) return;
    // One that fails has the next one sent at once.
    const atOnce = outcome === "failed" && delayMs < Number.POSITIVE_INFINITY;
    if (latencyMs > delayMs || atOnce) this.#due(atMs, callId, Math.min(delayMs, latencyMs));
    if (outcome !== "ok") return;
    this.#hedger.answered(latencyMs);
    this.#budget?.succeeded();
  }

  #due(atMs: number, callId: number, afterMs: number): void {
    if (this.#budget !== undefined && !this.#budget.withdraw(atMs)) {
      this.#report({ type: "hedgeSkipped", atMs, callId, reason: "budgetExhausted" });
    } else this.#report({ type: "hedgeDue", atMs, callId, afterMs });
  }
}
