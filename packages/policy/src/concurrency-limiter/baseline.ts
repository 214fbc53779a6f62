export interface BaselineOptions {
  /** Without a confirmation for so long, the baseline must be measured. */
  readonly probeEveryMs: number;
  /** The baseline never exceeds this many times the lowest that was seen. */
  readonly maxRise: number;
}

/** Share of a new latency in the baseline. */
const WEIGHT = 0.2;
/** A mean is off by more than so many standard errors once in forty windows. */
const ERRORS = 2;

/**
 * The latency of the dependency when nothing queues. It falls when a latency is lower by more than chance explains
 * (a plain minimum would sink with the noise), but rises only on evidence that is not our own queue: while few of the
 * places are in use, or in a probe. Even then it stays below a multiple of the lowest that was seen, so that an
 * incident, however long, does not become the new normal.
 */
export class Baseline {
  /** 0 until the first answer. */
  latencyMs = 0;
  readonly #options: BaselineOptions;
  #lowestMs = Number.POSITIVE_INFINITY;
  #confirmedAtMs = Number.NEGATIVE_INFINITY;

  /** @param before one that this one follows */
  constructor(options: BaselineOptions, before?: Baseline) {
    this.#options = options;
    if (before === undefined || before.latencyMs === 0) return;
    this.#lowestMs = before.#lowestMs;
    this.#confirmedAtMs = before.#confirmedAtMs;
    this.#set(before.latencyMs);
  }

  /**
   * @param errorMs standard error of the latency
   * @param fewUnderWay too few attempts are under way for a queue of our own
   */
  learn(latencyMs: number, errorMs: number, fewUnderWay: boolean, nowMs: number): void {
    if (this.latencyMs === 0) {
      this.#set(latencyMs);
      this.#confirmedAtMs = nowMs;
      return;
    }
    const lower = latencyMs + ERRORS * errorMs < this.latencyMs;
    const higher = latencyMs - ERRORS * errorMs > this.latencyMs;
    if (lower || fewUnderWay) this.#set(this.latencyMs + WEIGHT * (latencyMs - this.latencyMs));
    if (fewUnderWay || !higher) this.#confirmedAtMs = nowMs;
  }

  /** What a probe has measured. */
  adopt(latencyMs: number, errorMs: number, nowMs: number): void {
    if (Math.abs(latencyMs - this.latencyMs) > ERRORS * errorMs) this.#set(latencyMs);
    this.#confirmedAtMs = nowMs;
  }

  needsProbe(nowMs: number): boolean {
    return nowMs - this.#confirmedAtMs >= this.#options.probeEveryMs;
  }

  #set(latencyMs: number): void {
    this.#lowestMs = Math.min(this.#lowestMs, latencyMs);
    this.latencyMs = Math.min(latencyMs, this.#lowestMs * this.#options.maxRise);
  }
}
