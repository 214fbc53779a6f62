/**
 * Concurrency limiter: a bulkhead whose limit follows what the dependency can take. A limit algorithm learns from
 * how attempts end (latency, drops) and moves the limit; the bulkhead enforces it.
 *
 * Inputs: those of a bulkhead, handOver, and record, once per attempt, when it ends or is given up.
 * Invariants
 *   1. min <= limit <= max.
 *   2. Places taken <= the limit, but for places taken before the limit was lowered.
 */
import { type Admission, Bulkhead, type ResolvedQueue } from "../bulkhead/machine.ts";
import type { Waiter } from "../bulkhead/waiting-line.ts";
import { Aimd, type ResolvedAimd } from "./aimd.ts";
import { makeGradient, type ResolvedGradient } from "./gradient.ts";
import {
  clampLimit,
  Decision,
  type LimitAlgorithm,
  type LimitBounds,
  type LimitDecision,
  type LimitSample,
} from "./limit-algorithm.ts";
import { makeVegas, type ResolvedVegas } from "./vegas.ts";

export type ResolvedAlgorithm = ResolvedAimd | ResolvedVegas | ResolvedGradient;

export interface ResolvedLimit extends LimitBounds {
  readonly algorithm: ResolvedAlgorithm;
}

export interface ResolvedConcurrencyLimiter extends ResolvedLimit {
  readonly queue: ResolvedQueue;
}

/** How an attempt ended. The limiter itself knows how many were under way. */
export type AttemptSample = Omit<LimitSample, "inFlight">;

export class ConcurrencyLimiter<W extends Waiter = Waiter> {
  readonly #bulkhead: Bulkhead<W>;
  #algorithm: LimitAlgorithm | undefined;

  /**
   * @param algorithm stands in for the one that the options name
   * @param bulkhead with places that are taken already
   */
  constructor(
    options: ResolvedConcurrencyLimiter,
    algorithm: LimitAlgorithm = makeLimitAlgorithm(options),
    bulkhead?: Bulkhead<W>,
  ) {
    const resolved = { concurrent: algorithm.limit, queue: options.queue };
    this.#algorithm = algorithm;
    this.#bulkhead = bulkhead ?? new Bulkhead(resolved);
    bulkhead?.reconfigure(resolved);
  }

  /** Other options from now on, with the places that are taken and what was learnt; as with a limit that has moved. */
  reconfigure(options: ResolvedConcurrencyLimiter): void {
    this.#algorithm = makeLimitAlgorithm(options, this.#algorithm);
    this.#bulkhead.reconfigure({ concurrent: this.#algorithm.limit, queue: options.queue });
  }

  /** Learns no more, and hands its places over to somebody who gives them a limit. */
  handOver(): Bulkhead<W> {
    this.#algorithm = undefined;
    return this.#bulkhead;
  }

  /** Places taken. */
  get inFlight(): number {
    return this.#bulkhead.inFlight;
  }

  get limit(): number {
    return this.#bulkhead.limit;
  }

  get waiting(): number {
    return this.#bulkhead.waiting;
  }

  get queueSize(): number {
    return this.#bulkhead.queueSize;
  }

  /** Takes a place if one is free for a newcomer; false, and nothing has changed, otherwise. */
  take(): boolean {
    return this.#bulkhead.take();
  }

  /** @param displaced told who had to leave the line for somebody more important */
  acquire(waiter: W, displaced: (waiter: W) => void): Admission {
    return this.#bulkhead.acquire(waiter, displaced);
  }

  /** Frees a place. Returns who has it now, if somebody waited. */
  release(): W | undefined {
    return this.#bulkhead.release();
  }

  /** Gives a free place to whoever is next; undefined when there is no place or nobody waits. */
  admitNext(): W | undefined {
    return this.#bulkhead.admitNext();
  }

  /** Somebody who waits goes away. False when it did not wait. */
  leave(waiter: W): boolean {
    return this.#bulkhead.leave(waiter);
  }

  /**
   * Tells how an attempt ended, before its place is released; an attempt that was cancelled is not told. When the
   * limit went up there may be room for several who wait: call admitNext until nobody comes.
   */
  record({ latencyMs, outcome, nowMs }: AttemptSample): LimitDecision {
    const { inFlight, limit } = this.#bulkhead;
    if (this.#algorithm === undefined) return new Decision(limit, limit, HANDED_OVER);
    const decision = this.#algorithm.sample({ latencyMs, inFlight, outcome, nowMs });
    this.#bulkhead.setLimit(decision.limit);
    return decision;
  }
}

const HANDED_OVER = "the limit is given by another part now";

/** @param before an algorithm that this one follows: it goes on from there, as far as the bounds and its kind allow */
export function makeLimitAlgorithm(
  { algorithm, ...given }: ResolvedLimit,
  before?: LimitAlgorithm,
): LimitAlgorithm {
  const initial = before === undefined ? given.initial : clampLimit(before.limit, given);
  const bounds = { ...given, initial };
  if (algorithm.kind === "aimd") return new Aimd(algorithm, bounds, before);
  return algorithm.kind === "vegas"
    ? makeVegas(algorithm, bounds, before)
    : makeGradient(algorithm, bounds, before);
}
