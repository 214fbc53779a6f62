/**
 * Hedge: one more attempt beside a slow one, and the first answer counts; the others are given up.
 *
 * When the latest attempt has been out for the hedge's delay, another goes out, up to `attempts` in all. The delay is
 * fixed, or a quantile of how long recent successes took, so that about that share of calls is never hedged. An
 * attempt that fails sends the next one at once. A hedge goes out at once or not at all: it never waits for a place.
 *
 * Inputs: attemptSent, answered, and the time that comes with each of them.
 * Invariants
 *   1. A call has at most `attempts` attempts, and no two start closer together than the delay but after a failure.
 *   2. The delay lies between `minDelay` and `delay`, whatever the successes were.
 *
 * Sources: "The Tail at Scale", Dean and Barroso, 2013; gRPC proposal A6 (client retries and hedging).
 */
import type { Call } from "../call-engine/call.ts";

export interface ResolvedHedge {
  readonly attempts: number;
  /** Fixed, or the delay while too few successes are known and the longest one. */
  readonly delayMs: number;
  /** 0 for a fixed delay. */
  readonly quantile: number;
  readonly minDelayMs: number;
}

/** How many recent successes the quantile is of. */
const REMEMBERED = 128;
/** With fewer, the quantile says too little. */
const ENOUGH = 20;
/** The quantile is found anew after so many successes. */
const RENEWED_AFTER = 16;

/** How long recent successes took. */
interface Successes {
  readonly latenciesMs: Float64Array;
  /** How many there were so far. */
  known: number;
}

export class Hedger {
  readonly #options: ResolvedHedge;
  readonly #recent: Successes | undefined;
  #quantileMs: number;

  /** @param before one that this one follows: both go on learning from the same successes */
  constructor(options: ResolvedHedge, before?: Hedger) {
    this.#options = options;
    const learns = options.quantile > 0;
    const none = { latenciesMs: new Float64Array(learns ? REMEMBERED : 0), known: 0 };
    const known = before === undefined ? undefined : before.#recent;
    this.#recent = learns ? (known ?? none) : undefined;
    this.#quantileMs = options.delayMs;
    if (this.#recent !== undefined && this.#recent.known >= ENOUGH) this.#renew(this.#recent);
  }

  /** How long an attempt is out before another goes out beside it. */
  get delayMs(): number {
    return this.#quantileMs;
  }

  /**
   * A success that took so long from the first attempt on. Not from the attempt that was answered: the quick hedges
   * would pull the quantile down, and ever more calls would be hedged.
   */
  answered(latencyMs: number): void {
    const recent = this.#recent;
    if (recent === undefined) return;
    recent.latenciesMs[recent.known++ % REMEMBERED] = latencyMs;
    if (recent.known >= ENOUGH && recent.known % RENEWED_AFTER === 0) this.#renew(recent);
  }

  #renew({ latenciesMs, known }: Successes): void {
    const sorted = latenciesMs.slice(0, Math.min(known, REMEMBERED)).sort();
    const rank = Math.ceil(this.#options.quantile * sorted.length) - 1;
    const { minDelayMs, delayMs } = this.#options;
    this.#quantileMs = Math.min(delayMs, Math.max(minDelayMs, sorted[rank] as number));
  }

  /** An attempt went out: when the next may follow. */
  attemptSent(call: Call, nowMs: number): void {
    const more = call.attempt < Math.min(this.#options.attempts, call.maxTries);
    call.hedgeAtMs = more ? nowMs + this.#quantileMs : Number.POSITIVE_INFINITY;
    call.wakeAtMs = Math.min(call.wakeAtMs, call.hedgeAtMs);
  }

  /** Whether the next attempt goes out now: its time has come, or the latest one has failed. */
  wantsAnother(call: Call, nowMs: number): boolean {
    if (call.hedgeAtMs === Number.POSITIVE_INFINITY) return false;
    return nowMs >= call.hedgeAtMs || !call.latestOut;
  }

  /** When the engine has to look at the call again. */
  wakeAtMs(call: Call, timeoutMs: number): number {
    const [earliest] = call.others ?? [];
    const firstStartMs = earliest?.attemptStartedAtMs ?? call.attemptStartedAtMs;
    return Math.min(firstStartMs + timeoutMs, call.hedgeAtMs, call.deadlineAtMs);
  }
}
