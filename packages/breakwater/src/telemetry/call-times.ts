import type { Fact } from "@breakwater/policy";

/**
 * How long calls take, from the facts about them. A call that was under way before somebody listened has no known
 * beginning and is left out. Holds one number per call under way.
 */
export class CallTimes {
  readonly #beganAtMs = new Map<number, number>();
  #latest = 0;

  /** Whether this fact is the first of a call. To be told of every fact. */
  begins(fact: Fact): boolean {
    if (!("callId" in fact) || fact.callId <= this.#latest) return false;
    this.#latest = fact.callId;
    if (!mayBegin(fact)) return false;
    this.#beganAtMs.set(fact.callId, fact.atMs);
    return true;
  }

  /** How long the call took, in milliseconds; undefined when its beginning was not seen. Forgets the call. */
  ends(fact: Extract<Fact, { type: "callEnded" }>): number | undefined {
    const beganAtMs = this.#beganAtMs.get(fact.callId);
    this.#beganAtMs.delete(fact.callId);
    return beganAtMs === undefined ? undefined : fact.atMs - beganAtMs;
  }
}

function mayBegin(fact: Fact): boolean {
  if (fact.type === "attemptStarted") return fact.attempt === 1;
  if (fact.type === "callEnded") return fact.attempts === 0;
  return fact.type === "attemptQueued" || fact.type === "attemptRefused";
}
