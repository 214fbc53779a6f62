import type { LimitSample } from "./limit-algorithm.ts";

export interface WindowOptions {
  /** A window lasts at least this long, */
  readonly windowMs: number;
  /** and until so many attempts have ended in it. */
  readonly minimumSamples: number;
}

/** What happened in one window. */
export interface WindowSummary {
  readonly answered: number;
  readonly dropped: number;
  /** All that ended, errors included. */
  readonly ended: number;
  /** Mean latency of the answers; 0 without answers. */
  readonly latencyMs: number;
  /** How far the mean may be off by chance (standard error); Infinity with fewer than two answers. */
  readonly errorMs: number;
  /** Most attempts under way at the same time. */
  readonly inFlight: number;
}

/** More than a month: keeps sums finite. */
const LONGEST_MS = 1e10;

/**
 * Gathers samples, since a single latency says little. The latency of an error counts for nothing (it may be quick
 * because nothing was done), nor that of a drop (it is the length of the timeout).
 */
export class SampleWindow {
  readonly #options: WindowOptions;
  #startedAtMs = Number.NaN;
  /** Attempts that went out before belong to another time. */
  #sinceMs = Number.NEGATIVE_INFINITY;
  #answered = 0;
  #dropped = 0;
  #ended = 0;
  #totalMs = 0;
  #squares = 0;
  #inFlight = 0;

  /** @param before one that this one follows: its samples count on */
  constructor(options: WindowOptions, before?: SampleWindow) {
    this.#options = options;
    if (before === undefined) return;
    this.#startedAtMs = before.#startedAtMs;
    this.#sinceMs = before.#sinceMs;
    this.#answered = before.#answered;
    this.#dropped = before.#dropped;
    this.#ended = before.#ended;
    this.#totalMs = before.#totalMs;
    this.#squares = before.#squares;
    this.#inFlight = before.#inFlight;
  }

  /** Begins anew, for attempts that go out from now on, or all when no time is given. */
  restart(sinceMs = Number.NEGATIVE_INFINITY): void {
    this.#startedAtMs = Number.NaN;
    this.#sinceMs = sinceMs;
    this.#answered = this.#dropped = this.#ended = this.#inFlight = 0;
    this.#totalMs = this.#squares = 0;
  }

  /** True when the window is complete with this sample: read `summary`, then `restart`. */
  add({ latencyMs, inFlight, outcome, nowMs }: LimitSample): boolean {
    if (nowMs - latencyMs < this.#sinceMs) return false;
    if (Number.isNaN(this.#startedAtMs)) this.#startedAtMs = nowMs;
    this.#ended++;
    if (outcome === "ok") {
      this.#answered++;
      const latency = Math.min(LONGEST_MS, latencyMs);
      this.#totalMs += latency;
      this.#squares += latency * latency;
    } else if (outcome === "dropped") this.#dropped++;
    if (inFlight > this.#inFlight) this.#inFlight = inFlight;
    const { windowMs, minimumSamples } = this.#options;
    return this.#ended >= minimumSamples && nowMs - this.#startedAtMs >= windowMs;
  }

  summary(): WindowSummary {
    const answered = this.#answered;
    const latencyMs = answered === 0 ? 0 : this.#totalMs / answered;
    const variance = Math.max(0, this.#squares / answered - latencyMs * latencyMs);
    return {
      answered,
      dropped: this.#dropped,
      ended: this.#ended,
      latencyMs,
      errorMs: answered < 2 ? Infinity : Math.sqrt(variance / (answered - 1)),
      inFlight: this.#inFlight,
    };
  }
}
