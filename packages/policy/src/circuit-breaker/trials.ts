import { plural } from "../breaker.ts";
import type { ResolvedCircuitBreaker } from "./resolved.ts";

/** What the trials say: the share of bad ones has reached a limit, cannot reach it any more, or is still open. */
export interface TrialsVerdict {
  readonly verdict: "bad" | "good";
  readonly reason: string;
}

/** The trials of one half-open round: how many are out, and how those ended that were judged. */
export class Trials {
  out = 0;
  readonly #options: ResolvedCircuitBreaker;
  #judged = 0;
  #failed = 0;
  #slow = 0;

  constructor(options: ResolvedCircuitBreaker) {
    this.#options = options;
  }

  /** Whether one more may go out. */
  get room(): boolean {
    return this.out + this.#judged < this.#options.trials;
  }

  clear(): void {
    this.out = this.#judged = this.#failed = this.#slow = 0;
  }

  /** One of those that are out has ended. Undefined while trials to come can change the decision. */
  judge(failed: boolean, slow: boolean): TrialsVerdict | undefined {
    const { trials, trialFailureRate, slowRate } = this.#options;
    this.out--;
    this.#judged++;
    if (failed) this.#failed++;
    if (slow) this.#slow++;
    const left = trials - this.#judged;
    const all = plural(trials, "trial");
    if (this.#failed / trials >= trialFailureRate) {
      return { verdict: "bad", reason: `${this.#failed} of ${all} failed` };
    }
    if (this.#slow / trials >= slowRate) {
      return { verdict: "bad", reason: `${this.#slow} of ${all} were slow` };
    }
    const stillBad =
      (this.#failed + left) / trials >= trialFailureRate ||
      (this.#slow + left) / trials >= slowRate;
    if (stillBad) return undefined;
    return { verdict: "good", reason: `${this.#judged - this.#failed} of ${all} succeeded` };
  }
}
