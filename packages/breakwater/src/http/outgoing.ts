import { type Duration, InvalidOptionsError, parseDuration } from "@breakwater/policy";
import type { Clock } from "../clock/clock.ts";
import { realClock } from "../clock/real-clock.ts";
import type { AttemptContext } from "../driver/attempt.ts";
import type { Policy, RunOptions } from "../types.ts";
import { ATTEMPT_HEADER, DEADLINE_HEADER, type Incoming, PRIORITY_HEADER } from "./incoming.ts";

/** How calls over HTTP tell the next service of their deadline, and who repeats them. */
export interface OutgoingOptions {
  /** The clock of the policy, where that is not the real one. */
  readonly clock?: Clock | undefined;
  /** Taken off the deadline that is sent on, for the way back; 0 unless given. */
  readonly margin?: Duration | undefined;
  /** Whether to send headers at all; true unless given. */
  readonly propagate?: boolean | undefined;
  /**
   * Who tries again. "outermost" (default): a call made for a request that somebody further up may repeat makes a
   * single attempt; otherwise each layer multiplies the attempts of the one above it. "here": this layer retries
   * whatever came in.
   */
  readonly retryOwner?: "outermost" | "here" | undefined;
}

/** One call as the shared part of every HTTP adapter sees it. */
export interface OutgoingCall {
  /** For the policy. */
  readonly run: RunOptions;
  /** For one attempt's request. */
  headers(context: AttemptContext): Record<string, string>;
}

/**
 * What every HTTP client adapter does alike.
 * @throws InvalidOptionsError when the margin is no duration
 */
export class Outgoing {
  readonly #clock: Clock;
  readonly #marginMs: number;
  readonly #propagate: boolean;
  readonly #retryHere: boolean;
  readonly #policy: Policy<unknown>;
  /** What the two below were read from: a policy gets new ones when it is reconfigured. */
  #options: Policy<unknown>["options"] | undefined = undefined;
  #retries = false;
  /** How long anybody waits for one attempt. */
  #timeoutMs = Number.POSITIVE_INFINITY;

  constructor(policy: Policy<unknown>, options: OutgoingOptions) {
    this.#policy = policy;
    this.#clock = options.clock ?? realClock;
    this.#marginMs = marginOf(options.margin ?? 0);
    this.#propagate = options.propagate ?? true;
    this.#retryHere = options.retryOwner === "here";
  }

  #read(options: Policy<unknown>["options"]): void {
    const { retry, hedge, timeout, lateAnswers } = options;
    this.#options = options;
    this.#retries = hedge !== undefined || (retry !== undefined && retry.attempts > 1);
    // Where late answers are taken, somebody may still wait for an attempt that has timed out.
    const ends = timeout !== undefined && lateAnswers !== "taken";
    this.#timeoutMs = (ends ? parseDuration(timeout) : undefined) ?? Number.POSITIVE_INFINITY;
  }

  /** @param repeatable whether the operation may be done twice, and can be */
  call(from: Incoming | undefined, repeatable: boolean, signal: AbortSignal | undefined) {
    if (this.#options !== this.#policy.options) this.#read(this.#policy.options);
    const owned = from?.attempt !== undefined && !this.#retryHere;
    const retries = this.#retries && repeatable && !owned;
    const run: RunOptions = {
      signal,
      deadlineAtMs: from?.deadlineAtMs,
      priority: from?.priority,
      attempts: retries ? undefined : 1,
    };
    const headers = (context: AttemptContext): Record<string, string> =>
      this.#propagate
        ? this.#headers(context, retries ? context.attempt : from?.attempt, from)
        : {};
    return { run, headers } satisfies OutgoingCall;
  }

  #headers(
    { deadlineAtMs }: AttemptContext,
    attempt: number | undefined,
    from: Incoming | undefined,
  ): Record<string, string> {
    const headers: Record<string, string> = {};
    const deadlineMs = (deadlineAtMs ?? Number.POSITIVE_INFINITY) - this.#clock.now();
    const waitsMs = Math.min(deadlineMs, this.#timeoutMs) - this.#marginMs;
    if (waitsMs < Number.POSITIVE_INFINITY) {
      headers[DEADLINE_HEADER] = String(Math.max(0, Math.floor(waitsMs)));
    }
    if (attempt !== undefined) headers[ATTEMPT_HEADER] = String(attempt);
    if (from?.priority !== undefined) headers[PRIORITY_HEADER] = String(from.priority);
    return headers;
  }
}

function marginOf(margin: Duration): number {
  const ms = parseDuration(margin);
  if (ms !== undefined) return ms;
  const allowed = 'a duration, such as "10ms"';
  const problem = { path: "margin", value: margin, message: "is no duration", allowed };
  throw new InvalidOptionsError([{ ...problem, fix: "write a number of milliseconds, or 10ms" }]);
}
