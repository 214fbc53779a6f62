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

/** Writes the reason of a decision from its inputs. */
export type Explain = (a: number, b: number) => string;

/** A decision that keeps the inputs and writes its reason only for whoever reads it. */
export class Decision implements LimitDecision {
  readonly limit: number;
  readonly change: "up" | "down" | "hold";
  readonly #explain: Explain;
  readonly #a: number;
  readonly #b: number;

  constructor(before: number, limit: number, explain: Explain, a = 0, b = 0) {
    this.limit = limit;
    this.change = limit > before ? "up" : limit < before ? "down" : "hold";
    this.#explain = explain;
    this.#a = a;
    this.#b = b;
  }

  get reason(): string {
    return this.#explain(this.#a, this.#b);
  }
}

/** A number of milliseconds for a reason. */
export function shown(ms: number): string {
  return `${Number(ms.toPrecision(3))}ms`;
}

export function staleDrop(): string {
  return "this attempt went out before the limit was lowered";
}
