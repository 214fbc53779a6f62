import { type CircuitFact, type Fact, type FactListener, isCircuitFact } from "@breakwater/policy";
import type { AttemptOutcome, EdgeEvent } from "./timeline.ts";

/** A call that has begun and not ended. */
interface OpenCall {
  readonly startedAtMs: number;
  /** Attempts that have begun and not ended, by their number. */
  readonly attempts: Map<number, number>;
}

/**
 * Turns the facts of one policy, as `onFact` tells them, into what happened on its edge. Facts begin with a call's
 * first attempt or refusal, so that is when it counts as begun.
 */
export class FactReader {
  readonly #add: (event: EdgeEvent) => void;
  readonly #breaker: number;
  readonly #open = new Map<number, OpenCall>();

  /** @param breaker which of the edge's breakers is this policy's */
  constructor(breaker: number, add: (event: EdgeEvent) => void) {
    this.#breaker = breaker;
    this.#add = add;
  }

  readonly hear: FactListener = (fact: Fact) => {
    if (fact.shadow === true) return;
    if ("callId" in fact) this.#hearCall(fact);
    else if (isCircuitFact(fact)) this.#hearCircuit(fact);
  };

  /** The process is gone, and its calls with it. */
  end(atMs: number): void {
    for (const { startedAtMs, attempts } of this.#open.values()) {
      for (const begunMs of attempts.values()) this.#attemptEnded(atMs, "cancelled", begunMs);
      this.#add({ atMs, is: "callEnded", outcome: "cancelled", startedAtMs, degraded: false });
    }
    this.#open.clear();
  }

  #hearCall(fact: Extract<Fact, { callId: number }>): void {
    const { atMs, callId } = fact;
    if (fact.type === "lateAnswer") {
      this.#add({ atMs, is: "lateAnswer" });
      return;
    }
    const call = this.#open.get(callId) ?? this.#begin(callId, atMs, fact.type);
    if (call === undefined) return;
    if (fact.type === "attemptStarted") {
      call.attempts.set(fact.attempt, atMs);
      this.#add({ atMs, is: "attemptStarted" });
    } else if (fact.type === "attemptEnded") {
      const begunMs = call.attempts.get(fact.attempt);
      if (begunMs === undefined) return;
      call.attempts.delete(fact.attempt);
      this.#attemptEnded(atMs, fact.outcome, begunMs);
    } else if (fact.type === "callEnded") {
      for (const begunMs of call.attempts.values()) this.#attemptEnded(atMs, "cancelled", begunMs);
      this.#open.delete(callId);
      const { startedAtMs } = call;
      const { outcome } = fact;
      this.#add({ atMs, is: "callEnded", outcome, startedAtMs, degraded: false });
    }
  }

  /** A fact about a call that is over, or that began before anybody listened, begins none. */
  #begin(callId: number, atMs: number, type: Fact["type"]): OpenCall | undefined {
    if (type === "attemptEnded" || type === "hedgeSkipped" || type === "retryStopped") {
      return undefined;
    }
    const call: OpenCall = { startedAtMs: atMs, attempts: new Map() };
    this.#open.set(callId, call);
    this.#add({ atMs, is: "callStarted" });
    return call;
  }

  #attemptEnded(atMs: number, outcome: AttemptOutcome, begunMs: number): void {
    this.#add({ atMs, is: "attemptEnded", outcome, tookMs: atMs - begunMs });
  }

  #hearCircuit(fact: CircuitFact): void {
    const { atMs, type, reason } = fact;
    if (type === "circuitIsolated") return;
    const state = STATES[type];
    this.#add({ atMs, is: "circuit", type, state, breaker: this.#breaker, reason });
  }
}

const STATES = {
  circuitOpened: "open",
  circuitHalfOpened: "halfOpen",
  circuitRamped: "halfOpen",
  circuitClosed: "closed",
} as const;
