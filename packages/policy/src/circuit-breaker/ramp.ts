import type { ResolvedRecovery } from "./resolved.ts";

const NO_STEP = -1;
/** Products of shares such as 0.07 x 100 are a little more than they should be. */
const ROUNDING = 1e-9;

/**
 * Where the recovery stands, and which attempts go out. They are counted, not drawn: of the first n attempts of a
 * step, share x n go out, rounded up, so that they are spread evenly and the first of each step is one of them.
 */
export class Ramp {
  /** The current step; -1 outside recovery. */
  step: number = NO_STEP;
  readonly #options: ResolvedRecovery | undefined;
  #asked = 0;
  #letOut = 0;

  constructor(options: ResolvedRecovery | undefined) {
    this.#options = options;
  }

  get active(): boolean {
    return this.step !== NO_STEP;
  }

  /** The share of attempts that the current step lets out; 0 outside recovery. */
  get share(): number {
    return this.shareOf(this.step);
  }

  shareOf(step: number): number {
    return this.#options?.steps[step] ?? 0;
  }

  begin(step: number): void {
    this.step = step;
    this.#asked = this.#letOut = 0;
  }

  end(): void {
    this.begin(NO_STEP);
  }

  /** Whether the next attempt goes out. A refusal counts as an attempt, or nothing would ever go out again. */
  admits(): boolean {
    if (this.#letOut < (this.#asked + 1) * this.share - ROUNDING) return true;
    this.#asked++;
    return false;
  }

  letOut(): void {
    this.#asked++;
    this.#letOut++;
  }
}
