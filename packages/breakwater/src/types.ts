import type {
  CircuitFact,
  FactListener,
  FailureOutcome,
  FallbackContext,
  PolicyOptions,
} from "@breakwater/policy";
import type { BreakerHandle } from "./breaker-handle.ts";
import type { Clock } from "./clock/clock.ts";
import type { BreakerControl } from "./core/breaker-control.ts";
import type { AttemptContext } from "./driver/attempt.ts";
import type { ListenerErrorHandler } from "./driver/fact-listeners.ts";
import type { Explanation } from "./operate/explain.ts";
import type { Reconfigured } from "./operate/reconfigure.ts";
import type { ShadowPart } from "./operate/shadow-parts.ts";

/** A fallback whose answer has the type F. */
type FallbackOf<F> = { value: F } | ((context: FallbackContext) => F | PromiseLike<F>);

type WithFallback<Options, F> = Options extends unknown
  ? Omit<Options, "fallback"> & { fallback?: FallbackOf<F> }
  : never;

/** PolicyOptions that know the type of their fallback's answer; never without a fallback. */
export type TypedPolicyOptions<F> = WithFallback<PolicyOptions, F>;

/** What a policy takes from the outside world; all of it may be left out. */
export interface Runtime {
  /** The real clock unless given. */
  readonly clock?: Clock;
  /** A uniform number, 0 <= u < 1, for jitter; Math.random unless given. */
  readonly random?: () => number;
  /**
   * Learns of the first error of each listener given to `onFact`. Without it, that error becomes a warning of the
   * process (`process.on("warning")`): it must not go unseen, and it must neither fail a call nor end the process.
   */
  readonly onListenerError?: ListenerErrorHandler;
  /**
   * How many calls and changes of the circuit `explain` remembers: a whole number from 1 to 100,000. Nothing is
   * remembered, and nothing is paid, unless it is given.
   */
  readonly history?: number;
  /**
   * Parts that decide and report, but enforce nothing: their facts have `shadow: true`. With `true`, nothing of the
   * policy is enforced.
   */
  readonly shadow?: true | readonly ShadowPart[];
}

export interface RunOptions {
  /** Ends the call with this signal's reason, at any moment: before, during and between attempts. */
  readonly signal?: AbortSignal | undefined;
  /** Greater is more important: who waits for a place in a bulkhead, and who is let in first. 0 unless given. */
  readonly priority?: number | undefined;
  /** A deadline promised to somebody else, on the policy's clock; shortens the policy's own, never lengthens it. */
  readonly deadlineAtMs?: number | undefined;
  /** No more tries than this, from 1; fewer than the policy's own, never more. For a call that may not be repeated. */
  readonly attempts?: number | undefined;
}

/**
 * How a call ended, with what, and how fresh that is: `stale` is an older answer from a cache, `default` what the
 * fallback gave. `ageMs` is how long ago the dependency gave the answer. `cause` says what the fallback, or an older
 * answer, stood in for, or repeats the outcome of a failure.
 */
export type CallResult<T, F = never> =
  | {
      readonly outcome: "ok";
      readonly value: T;
      readonly error: undefined;
      readonly attempts: number;
      readonly cause: undefined;
      readonly freshness: "fresh" | "stale";
      readonly ageMs: number;
    }
  | {
      readonly outcome: "fallback";
      readonly value: F;
      readonly error: undefined;
      readonly attempts: number;
      readonly cause: FailureOutcome;
      readonly freshness: "stale" | "default";
      readonly ageMs: number | undefined;
    }
  | {
      readonly outcome: FailureOutcome | "cancelled";
      readonly value: undefined;
      /** What `run` would have thrown. */
      readonly error: unknown;
      readonly attempts: number;
      readonly cause: FailureOutcome | undefined;
      readonly freshness: undefined;
      readonly ageMs: undefined;
    };

/**
 * What every policy can do, whether `breakwater` made it or `breakwater/core`.
 * @typeParam F what the fallback answers
 */
export interface CorePolicy<F = never> {
  /** Empty when the options have none. */
  readonly name: string;
  /** As they were given. */
  readonly options: PolicyOptions;
  readonly breaker: BreakerControl | undefined;
  /** The clock of its deadlines. */
  readonly clock: Clock;
  /**
   * Runs a function under this policy: it is called once per attempt.
   *
   * A function can tell how long to wait before the next attempt (Retry-After): by rejecting with an error that has
   * a property `retryAfterMs`, a number of milliseconds from 0.
   *
   * Rejects with the dependency's own error when the call failed, with the signal's reason when the caller left, with
   * what the fallback threw, and otherwise with a BreakwaterError that has a `code`.
   */
  run<T>(attempt: (context: AttemptContext) => T, options?: RunOptions): Promise<Awaited<T> | F>;
  /** The same, but never rejects: says how the call ended and with what. */
  runOutcome<T>(
    attempt: (context: AttemptContext) => T,
    options?: RunOptions,
  ): Promise<CallResult<Awaited<T>, F>>;
  /**
   * Hears of everything that happens to calls and to the circuit, until the returned function is called. Facts are
   * told within the call that they are about, so a listener should be quick; one that throws disturbs nobody.
   */
  onFact(listener: FactListener): () => void;
}

/** @typeParam F what the fallback answers */
export interface Policy<F = never> extends CorePolicy<F> {
  /** As they were given, to `policy` or to `reconfigure`. */
  readonly options: TypedPolicyOptions<F>;
  readonly breaker: BreakerHandle | undefined;
  /**
   * Hears of changes of the circuit alone, until the returned function is called. Calls cost no more for it. Of a
   * circuit that is only tried out (`shadow`) `onFact` tells.
   */
  onCircuit(listener: (fact: CircuitFact) => void): () => void;
  /**
   * Puts other options in force, all at once or not at all. Calls under way finish under the options with which they
   * began; what the policy knows (its circuit, tokens, permits) goes on as far as it fits.
   * @returns what was kept, and what could not be
   * @throws InvalidOptionsError when the options are wrong or have another name; nothing has changed then
   */
  reconfigure(options: TypedPolicyOptions<F>): Reconfigured;
  /**
   * The latest calls and changes of the circuit, oldest first: what was decided, why, from which numbers, and when to
   * try again. Empty unless the policy was made with `history`.
   * @param count at most so many; 20 unless given
   */
  explain(count?: number): Explanation[];
}
