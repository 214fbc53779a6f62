/**
 * Limit algorithm: finds out from how attempts ended how many may be under way at the same time. It enforces
 * nothing, so that it can be tested on a list of samples and be used by whoever enforces a limit.
 */
export interface LimitSample {
  /** From when the attempt went out to when it ended or was given up. */
  readonly latencyMs: number;
  /** Attempts under way when this one ended, itself included. */
  readonly inFlight: number;
  /** "dropped": timed out, or refused by the dependency because it is overloaded. "failed": any other error. */
  readonly outcome: SampleOutcome;
  readonly nowMs: number;
}

export type SampleOutcome = "ok" | "failed" | "dropped";

export interface LimitDecision {
  /** The limit from now on, a whole number. */
  readonly limit: number;
  readonly change: "up" | "down" | "hold";
  /** One sentence with the inputs of the decision. Made when it is read. */
  readonly reason: string;
}

export interface LimitAlgorithm {
  /** A whole number within the bounds. */
  readonly limit: number;
  sample(sample: LimitSample): LimitDecision;
}

/** Where a limit begins and between what it stays; whole numbers, 1 <= min <= initial <= max. */
export interface LimitBounds {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
}

export function clampLimit(limit: number, { min, max }: LimitBounds): number {
  return Math.min(max, Math.max(min, limit));
}

/** A decision that keeps its inputs and writes its reason only for whoever reads it. */
export class Decision implements LimitDecision {
  readonly limit: number;
  readonly change: "up" | "down" | "hold";
  readonly #words: string;
  readonly #a: number;
  readonly #b: number;

  /** @param words the reason, with "#" for the next input, and "~" for the next one in milliseconds */
  constructor(before: number, limit: number, words: string, a = 0, b = 0) {
    this.limit = limit;
    this.change = limit > before ? "up" : limit < before ? "down" : "hold";
    this.#words = words;
    this.#a = a;
    this.#b = b;
  }

  get reason(): string {
    const inputs = [this.#a, this.#b];
    return this.#words.replace(/[#~]/g, (kind) => {
      const input = inputs.shift() as number;
      return kind === "#" ? `${input}` : `${Number(input.toPrecision(3))}ms`;
    });
  }
}

export const STALE_DROP = "this attempt went out before the limit was lowered";
