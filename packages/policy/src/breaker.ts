/**
 * What the call engine needs of a circuit breaker, whichever kind it is. Anybody may also use one alone, around a
 * queue or a stream: acquire a permit, then end it with exactly one of record and release.
 */
export interface Breaker {
  /** As of the latest time that the breaker was told. */
  readonly state: CircuitState;
  /** When the breaker will change by itself; Infinity when only a result can change it. */
  readonly wakeAtMs: number;
  /** Makes every change that was due by now, each stamped with the moment at which it was due. */
  advance(nowMs: number): void;
  /** Whether acquire would give a permit now: so that nothing queues for a circuit that is open. */
  admits(nowMs: number): boolean;
  /** A permit (0 or more), or NO_PERMIT. */
  acquire(nowMs: number): number;
  /** Ends a permit with a result. False when the result is stale, that is from before the latest transition. */
  record(permit: number, failed: boolean, latencyMs: number, nowMs: number): boolean;
  /** Ends a permit without a result: the attempt never went out, or nobody waited for its end. */
  release(permit: number, nowMs: number): void;
  /** Why acquire refuses now. */
  refusal(nowMs: number): Refusal;
  /** Opens the circuit until it is reset, whatever the results. */
  isolate(nowMs: number, reason?: string): void;
  /** Closes the circuit and forgets the past. */
  reset(nowMs: number, reason?: string): void;
}

export type CircuitState = "closed" | "open" | "halfOpen" | "isolated";

/** What acquire returns instead of a permit. */
export const NO_PERMIT = -1;

export interface Refusal {
  readonly reason: "circuitOpen" | "trialsUnderWay" | "circuitIsolated";
  /** How long until trying again makes sense; undefined when nobody can tell. */
  readonly retryAfterMs: number | undefined;
}

/** A transition, stamped with the moment at which it was due. */
export interface CircuitFact {
  readonly type: "circuitOpened" | "circuitHalfOpened" | "circuitClosed" | "circuitIsolated";
  readonly atMs: number;
  readonly from: CircuitState;
  /** In words, with the numbers of the decision: "12 of 20 attempts failed (limit 50 %)". */
  readonly reason: string;
}

export type CircuitListener = (fact: CircuitFact) => void;

/** "1 failure", "5 failures". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "3 of 5 trials failed (limit 50 %)". */
export function rateReason(
  part: number,
  all: number,
  noun: string,
  verb: string,
  limit: number,
): string {
  return `${part} of ${plural(all, noun)} ${verb} (limit ${Number((limit * 100).toPrecision(6))} %)`;
}
