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
  /**
   * Whether acquire would give a permit now: so that nothing queues for a circuit that is open. Where only a share of
   * attempts goes out, a "no" counts as one of those that were kept back.
   */
  admits(nowMs: number): boolean;
  /** A permit (0 or more), or NO_PERMIT. */
  acquire(nowMs: number): number;
  /**
   * Ends a permit with a result. False when the result changes nothing: it is stale, that is from before the latest
   * transition, or the attempt was already counted as hanging.
   */
  record(permit: number, failed: boolean, latencyMs: number, nowMs: number): boolean;
  /** Ends a permit without a result: the attempt never went out, or nobody waited for its end. */
  release(permit: number, nowMs: number): void;
  /** Why acquire refuses now. */
  refusal(nowMs: number): Refusal;
  /** Opens a circuit that lets attempts through, as its own judgement would; it goes on by itself from there. */
  open(nowMs: number, reason: string): void;
  /** Opens the circuit until it is reset, whatever the results. */
  isolate(nowMs: number, reason?: string): void;
  /** Closes the circuit and forgets the past. */
  reset(nowMs: number, reason?: string): void;
}

export type CircuitState = "closed" | "open" | "halfOpen" | "isolated";

/** What acquire returns instead of a permit. */
export const NO_PERMIT = -1;

export interface Refusal {
  readonly reason: "circuitOpen" | "trialsUnderWay" | "circuitRecovering" | "circuitIsolated";
  /** How long until trying again makes sense; undefined when nobody can tell. */
  readonly retryAfterMs: number | undefined;
}

/**
 * A transition, stamped with the moment at which it was due. circuitRamped: half-open still, the circuit lets a
 * greater share of attempts out.
 */
export interface CircuitFact {
  readonly type:
    | "circuitOpened"
    | "circuitHalfOpened"
    | "circuitRamped"
    | "circuitClosed"
    | "circuitIsolated";
  readonly atMs: number;
  readonly from: CircuitState;
  /** In words, with the numbers of the decision: "12 of 20 attempts failed (limit 50 %)". */
  readonly reason: string;
  /** With circuitRamped: the share of attempts that go out from now on. */
  readonly share?: number;
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
  return `${part} of ${plural(all, noun)} ${verb} (limit ${percent(limit)})`;
}

/** 0.07: "7 %". */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
