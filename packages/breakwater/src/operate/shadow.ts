/**
 * Shadow mode: parts of a policy that decide and report, and enforce nothing. Each runs its own machine, fed with
 * what really happens: an attempt that goes out asks the shadowed limits as it would have, and what it ends with is
 * judged by the shadowed circuit. What a shadowed part would have changed about the rest of the call is not played
 * on: after a retry that was not made nobody can tell what it would have met.
 *
 * Inputs: the facts of the enforcing engine, in order.
 * Invariants
 *   1. Nothing here reaches a call: it has no reference to one.
 *   2. An attempt that a shadowed limit refused tells the shadowed circuit nothing, as if it had not gone out.
 */
import {
  type AttemptRefusal,
  type CallFact,
  type Fact,
  InvalidOptionsError,
  makeRateLimiter,
  type RateLimiter,
  type ResolvedPolicy,
  resolvePolicy,
} from "@breakwater/policy";
import { ShadowCircuit } from "./shadow-circuit.ts";
import { ShadowRetry } from "./shadow-retry.ts";

/** The parts that can be tried out. */
export const SHADOW_PARTS = [
  "deadline",
  "retry",
  "rateLimiter",
  "bulkhead",
  "circuitBreaker",
  "probationBreaker",
  "timeout",
] as const;

export type ShadowPart = (typeof SHADOW_PARTS)[number];

const NEVER = Number.POSITIVE_INFINITY;

/** @throws InvalidOptionsError when a part is none that can be tried out */
export function checkShadow(shadow: true | readonly ShadowPart[] | undefined): void {
  if (shadow === undefined || shadow === true) return;
  const known: readonly string[] = SHADOW_PARTS;
  const problems = shadow.flatMap((value, index) => {
    if (known.includes(value)) return [];
    const message = `"${String(value)}" is no part that can be tried out`;
    const allowed = `true, or some of ${SHADOW_PARTS.join(", ")}`;
    return [{ path: `shadow[${index}]`, value, message, allowed, fix: "leave it out" }];
  });
  if (problems.length > 0) throw new InvalidOptionsError(problems);
}

/** The same policy with some of its parts off: what stays is either enforced or shadowed. */
function without(policy: ResolvedPolicy, off: (part: ShadowPart) => boolean): ResolvedPolicy {
  const keep = <T>(part: ShadowPart, value: T): T | undefined => (off(part) ? undefined : value);
  return {
    ...policy,
    deadlineMs: off("deadline") ? NEVER : policy.deadlineMs,
    timeoutMs: off("timeout") ? NEVER : policy.timeoutMs,
    retry: keep("retry", policy.retry),
    retryBudget: keep("retry", policy.retryBudget),
    rateLimiter: keep("rateLimiter", policy.rateLimiter),
    bulkhead: keep("bulkhead", policy.bulkhead),
    circuitBreaker: keep("circuitBreaker", policy.circuitBreaker),
    probationBreaker: keep("probationBreaker", policy.probationBreaker),
  };
}

/** What is enforced of a policy. With `true`, nothing, fallback and hedge included. */
export function enforced(
  policy: ResolvedPolicy,
  shadow: true | readonly ShadowPart[],
): ResolvedPolicy {
  if (shadow === true) return { ...resolvePolicy({}), name: policy.name };
  return without(policy, (part) => shadow.includes(part));
}

interface ShadowCall {
  readonly startedAtMs: number;
  /** When those attempts started that the shadowed limits would have let out. */
  readonly out: Map<number, number>;
}

type Started = Extract<CallFact, { type: "attemptStarted" }>;
type Ended = Extract<CallFact, { type: "attemptEnded" }>;
type CallEnded = Extract<CallFact, { type: "callEnded" }>;

export class Shadow {
  readonly #policy: ResolvedPolicy;
  readonly #report: (fact: Fact) => void;
  readonly #circuit: ShadowCircuit;
  readonly #retry: ShadowRetry;
  readonly #rateLimiter: RateLimiter | undefined;
  /** Attempts under way that the shadowed bulkhead would have let in, or let wait. */
  #places = 0;
  /** Calls under way. */
  readonly #calls = new Map<number, ShadowCall>();

  constructor(
    policy: ResolvedPolicy,
    shadow: true | readonly ShadowPart[],
    random: () => number,
    report: (fact: Fact) => void,
  ) {
    const parts = shadow === true ? SHADOW_PARTS : shadow;
    this.#policy = without(policy, (part) => !parts.includes(part));
    this.#report = (fact) => report({ ...fact, shadow: true });
    this.#circuit = new ShadowCircuit(this.#policy, policy.timeoutMs, this.#report);
    this.#retry = new ShadowRetry(this.#policy, random, this.#report);
    this.#rateLimiter = this.#policy.rateLimiter && makeRateLimiter(this.#policy.rateLimiter);
  }

  /** To be told of every fact, its own excepted. */
  hear(fact: Fact): void {
    if (fact.type === "attemptStarted") this.#started(fact);
    else if (fact.type === "attemptEnded") this.#ended(fact);
    else if (fact.type === "callEnded") this.#callEnded(fact);
  }

  #started(fact: Started): void {
    const { callId, attempt, atMs } = fact;
    let call = this.#calls.get(callId);
    if (call === undefined) {
      call = { startedAtMs: atMs, out: new Map() };
      this.#calls.set(callId, call);
      this.#retry.called();
    }
    const refusal = this.#refusal(fact);
    if (refusal !== undefined) {
      this.#report({ type: "attemptRefused", atMs, callId, ...refusal });
      return;
    }
    call.out.set(attempt, atMs);
  }

  /** Asks the shadowed limits in the policy's order; what one has given is given back when a later one refuses. */
  #refusal(fact: Started): AttemptRefusal | undefined {
    const { atMs } = fact;
    const closed = this.#circuit.refusalBefore(atMs);
    if (closed !== undefined) return closed;
    const waitMs = this.#rateLimiter?.acquire(atMs) ?? 0;
    if (waitMs < 0) {
      return { reason: "rateLimited", retryAfterMs: this.#rateLimiter?.retryAfterMs(atMs) };
    }
    if (waitMs > 0) this.#queued(fact, "rate", atMs + waitMs);
    if (!this.#takePlace(fact)) return { reason: "bulkheadFull", retryAfterMs: undefined };
    const refused = this.#circuit.ask(fact.callId, fact.attempt, atMs);
    if (refused !== undefined) this.#freePlace();
    return refused;
  }

  /** An attempt beyond the limit would have waited if there is room; as it really goes out, it counts as under way. */
  #takePlace(fact: Started): boolean {
    const { bulkhead } = this.#policy;
    if (bulkhead === undefined) return true;
    const { concurrent, queue } = bulkhead;
    if (this.#places >= concurrent + queue.size) return false;
    if (this.#places >= concurrent) this.#queued(fact, "place", fact.atMs + queue.maxWaitMs);
    this.#places++;
    return true;
  }

  #freePlace(): void {
    if (this.#policy.bulkhead !== undefined) this.#places--;
  }

  #queued({ callId, atMs }: Started, waitsFor: "rate" | "place", untilMs: number): void {
    this.#report({ type: "attemptQueued", atMs, callId, waitsFor, untilMs });
  }

  #ended(fact: Ended): void {
    const { callId, attempt } = fact;
    const timedOut = fact.latencyMs >= this.#policy.timeoutMs && fact.outcome !== "timedOut";
    const seen: Ended = timedOut
      ? { ...fact, outcome: "timedOut", latencyMs: this.#policy.timeoutMs }
      : fact;
    if (timedOut) this.#report(seen);
    if (this.#calls.get(callId)?.out.delete(attempt) !== true) return;
    this.#freePlace();
    this.#circuit.judge(seen);
  }

  #callEnded(fact: CallEnded): void {
    const { callId, atMs } = fact;
    const call = this.#calls.get(callId);
    this.#calls.delete(callId);
    if (call === undefined) return;
    if (atMs - call.startedAtMs >= this.#policy.deadlineMs) {
      this.#report({ ...fact, outcome: "timedOut", cause: "timedOut" });
    } else {
      this.#retry.ended(fact, call.startedAtMs);
    }
  }
}
