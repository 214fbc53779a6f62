import {
  type AttemptRefusal,
  type CallFact,
  CircuitBreaker,
  type Fact,
  NO_PERMIT,
  ProbationBreaker,
  type ResolvedPolicy,
} from "@breakwater/policy";
import { same } from "./shadow-parts.ts";

type Ended = Extract<CallFact, { type: "attemptEnded" }>;

/** A circuit that is only tried out: asked for each attempt, and told how those ended that it let out. */
export class ShadowCircuit {
  readonly #report: (fact: Fact) => void;
  #policy: ResolvedPolicy;
  #breaker: CircuitBreaker | ProbationBreaker | undefined;
  /** By call and attempt. */
  readonly #permits = new Map<string, number>();

  constructor(policy: ResolvedPolicy, report: (fact: Fact) => void) {
    this.#report = report;
    this.#policy = policy;
    this.#breaker = this.#make();
  }

  /** A circuit whose options are the same goes on; another one knows nothing of attempts under way. */
  reconfigure(policy: ResolvedPolicy): void {
    const { circuitBreaker, probationBreaker } = this.#policy;
    this.#policy = policy;
    if (same(circuitBreaker, policy.circuitBreaker)) return;
    if (same(probationBreaker, policy.probationBreaker)) return;
    this.#breaker = this.#make();
    this.#permits.clear();
  }

  #make(): CircuitBreaker | ProbationBreaker | undefined {
    const { circuitBreaker, probationBreaker } = this.#policy;
    if (circuitBreaker !== undefined) return new CircuitBreaker(circuitBreaker, this.#report);
    return probationBreaker && new ProbationBreaker(probationBreaker, this.#report);
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

  /** @param blamesNobody its end says nothing about the dependency */
  judge({ callId, attempt, outcome, latencyMs, atMs }: Ended, blamesNobody: boolean): void {
    const key = `${callId}/${attempt}`;
    const permit = this.#permits.get(key);
    this.#permits.delete(key);
    if (permit === undefined) return;
    if (blamesNobody) this.#breaker?.release(permit, atMs);
    else this.#breaker?.record(permit, outcome !== "ok", latencyMs, atMs);
  }
}
