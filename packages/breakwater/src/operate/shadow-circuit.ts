import {
  type AttemptRefusal,
  type CallFact,
  CircuitBreaker,
  type Fact,
  NO_PERMIT,
  ProbationBreaker,
  type ResolvedPolicy,
} from "@breakwater/policy";

type Ended = Extract<CallFact, { type: "attemptEnded" }>;

/** A circuit that is only tried out: asked for each attempt, and told how those ended that it let out. */
export class ShadowCircuit {
  readonly #breaker: CircuitBreaker | ProbationBreaker | undefined;
  readonly #timeoutMs: number;
  /** By call and attempt. */
  readonly #permits = new Map<string, number>();

  /** @param timeoutMs the policy's timeout, shadowed or not: who is cut short before it is not to blame */
  constructor(policy: ResolvedPolicy, timeoutMs: number, report: (fact: Fact) => void) {
    const { circuitBreaker, probationBreaker } = policy;
    this.#timeoutMs = timeoutMs;
    if (circuitBreaker !== undefined) this.#breaker = new CircuitBreaker(circuitBreaker, report);
    else if (probationBreaker !== undefined) {
      this.#breaker = new ProbationBreaker(probationBreaker, report);
    }
  }

  /** Whether the circuit would refuse at once, before anything else is asked. */
  refusalBefore(nowMs: number): AttemptRefusal | undefined {
    const breaker = this.#breaker;
    return breaker === undefined || breaker.admits(nowMs) ? undefined : breaker.refusal(nowMs);
  }

  /** Takes a permit for the attempt; returns why there is none. */
  ask(callId: number, attempt: number, nowMs: number): AttemptRefusal | undefined {
    const breaker = this.#breaker;
    if (breaker === undefined) return undefined;
    const permit = breaker.acquire(nowMs);
    if (permit === NO_PERMIT) return breaker.refusal(nowMs);
    this.#permits.set(`${callId}/${attempt}`, permit);
    return undefined;
  }

  judge({ callId, attempt, outcome, latencyMs, atMs }: Ended): void {
    const key = `${callId}/${attempt}`;
    const permit = this.#permits.get(key);
    this.#permits.delete(key);
    if (permit === undefined) return;
    const cutShort =
      outcome === "timedOut" && this.#timeoutMs < Infinity && latencyMs < this.#timeoutMs;
    if (outcome === "cancelled" || cutShort) this.#breaker?.release(permit, atMs);
    else this.#breaker?.record(permit, outcome !== "ok", latencyMs, atMs);
  }
}
