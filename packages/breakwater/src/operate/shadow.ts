/**
 * Shadow mode: parts of a policy that decide and report, and enforce nothing. Each runs its own machine, fed with
 * what really happens: an attempt that goes out asks the shadowed limits as it would have, and what it ends with is
 * judged by the shadowed circuit. What a shadowed part would have changed about the rest of the call is not played
 * on: after a retry that was not made nobody can tell what it would have met.
 *
 * Inputs: the facts of the enforcing engine, in order, and reconfigure.
 * Invariants
 *   1. Nothing here reaches a call: it has no reference to one.
 *   2. An attempt that a shadowed limit refused tells the shadowed parts nothing, as if it had not gone out.
 */
import {
  type AttemptRefusal,
  type CallFact,
  type Fact,
  fallbackApplies,
  type ResolvedPolicy,
} from "@breakwater/policy";
import { ShadowCircuit } from "./shadow-circuit.ts";
import { ShadowHedge } from "./shadow-hedge.ts";
import { ShadowLimits } from "./shadow-limits.ts";
import { SHADOW_PARTS, type ShadowPart, without } from "./shadow-parts.ts";
import { ShadowRetry } from "./shadow-retry.ts";

interface ShadowCall {
  readonly startedAtMs: number;
  /** How long its first attempt would have been alone. */
  readonly hedgeAfterMs: number;
  /** Attempts that the shadowed limits would have let out. */
  readonly out: Set<number>;
}

type Started = Extract<CallFact, { type: "attemptStarted" }>;
type Ended = Extract<CallFact, { type: "attemptEnded" }>;
type CallEnded = Extract<CallFact, { type: "callEnded" }>;

export class Shadow {
  readonly #parts: readonly ShadowPart[];
  readonly #report: (fact: Fact) => void;
  readonly #circuit: ShadowCircuit;
  readonly #limits: ShadowLimits;
  readonly #retry: ShadowRetry;
  readonly #hedge: ShadowHedge;
  /** Calls under way. */
  readonly #calls = new Map<number, ShadowCall>();
  #policy: ResolvedPolicy;
  /** The policy's timeout, shadowed or not: who is cut short before it is not to blame. */
  #timeoutMs: number;

  constructor(
    policy: ResolvedPolicy,
    shadow: true | readonly ShadowPart[],
    random: () => number,
    report: (fact: Fact) => void,
  ) {
    this.#parts = shadow === true ? SHADOW_PARTS : shadow;
    this.#report = (fact) => report({ ...fact, shadow: true });
    this.#policy = this.#shadowed(policy);
    this.#timeoutMs = policy.timeoutMs;
    this.#circuit = new ShadowCircuit(this.#policy, this.#report);
    this.#limits = new ShadowLimits(this.#policy, random, this.#report);
    this.#retry = new ShadowRetry(this.#policy, random, this.#report);
    this.#hedge = new ShadowHedge(this.#policy, this.#report);
  }

  /** Other options: parts whose options are the same go on with what they know, and calls under way count on. */
  reconfigure(policy: ResolvedPolicy, nowMs: number): void {
    this.#policy = this.#shadowed(policy);
    this.#timeoutMs = policy.timeoutMs;
    this.#circuit.reconfigure(this.#policy);
    this.#limits.reconfigure(this.#policy, nowMs);
    this.#retry.reconfigure(this.#policy);
    this.#hedge.reconfigure(this.#policy);
  }

  /** To be told of every fact, its own excepted. */
  hear(fact: Fact): void {
    if (fact.type === "attemptStarted") this.#started(fact);
    else if (fact.type === "attemptEnded") this.#ended(fact);
    else if (fact.type === "callEnded") this.#callEnded(fact);
  }

  #shadowed(policy: ResolvedPolicy): ResolvedPolicy {
    return without(policy, (part) => !this.#parts.includes(part));
  }

  #started(fact: Started): void {
    const { callId, attempt, atMs } = fact;
    let call = this.#calls.get(callId);
    if (call === undefined) {
      call = { startedAtMs: atMs, hedgeAfterMs: this.#hedge.delayMs, out: new Set() };
      this.#calls.set(callId, call);
      this.#retry.called();
      this.#hedge.called();
    }
    const refusal = this.#refusal(fact);
    if (refusal === undefined) call.out.add(attempt);
    else this.#report({ type: "attemptRefused", atMs, callId, ...refusal });
  }

  /** Asks the shadowed parts in the policy's order; what one has given is given back when a later one refuses. */
  #refusal(fact: Started): AttemptRefusal | undefined {
    const closed = this.#circuit.refusalBefore(fact.atMs);
    if (closed !== undefined) return closed;
    const limited = this.#limits.ask(fact);
    if (limited !== undefined) return limited;
    const refused = this.#circuit.ask(fact.callId, fact.attempt, fact.atMs);
    if (refused !== undefined) this.#limits.giveBack(fact.atMs);
    return refused;
  }

  #ended(fact: Ended): void {
    const { callId, attempt } = fact;
    const { timeoutMs } = this.#policy;
    const timedOut = fact.latencyMs >= timeoutMs && fact.outcome !== "timedOut";
    const seen: Ended = timedOut ? { ...fact, outcome: "timedOut", latencyMs: timeoutMs } : fact;
    if (timedOut) this.#report(seen);
    const call = this.#calls.get(callId);
    if (call?.out.delete(attempt) !== true) return;
    if (attempt === 1) this.#hedge.ended(seen, call.hedgeAfterMs);
    const blamesNobody = seen.outcome === "cancelled" || this.#cutShort(seen);
    this.#limits.ended(seen, blamesNobody);
    this.#circuit.judge(seen, blamesNobody);
  }

  #cutShort({ outcome, latencyMs }: Ended): boolean {
    const timeoutMs = this.#timeoutMs;
    return outcome === "timedOut" && timeoutMs < Infinity && latencyMs < timeoutMs;
  }

  #callEnded(fact: CallEnded): void {
    const { callId, atMs } = fact;
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    let end = fact;
    if (call !== undefined && atMs - call.startedAtMs >= this.#policy.deadlineMs) {
      end = { ...fact, outcome: "timedOut", cause: "timedOut" };
      this.#report(end);
    } else if (call !== undefined) this.#retry.ended(fact, call.startedAtMs);
    const { outcome } = end;
    if (this.#policy.hasFallback && fallbackApplies(outcome)) {
      this.#report({ ...fact, outcome: "fallback", cause: outcome });
    }
  }
}
