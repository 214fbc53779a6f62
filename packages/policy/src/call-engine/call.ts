import { NO_PERMIT } from "../breaker.ts";
import type { Waiter } from "../bulkhead/waiting-line.ts";
import type { FailureOutcome } from "../fallback/machine.ts";
import type { Outcome } from "../types.ts";
import type { AttemptRefusal } from "./facts.ts";

/** An attempt that is out. */
export interface AttemptState {
  /** Its number. */
  attempt: number;
  attemptStartedAtMs: number;
  permit: number;
}

/**
 * One call on its way: what the caller wants once, with one or more attempts. The engine writes it; a shell reads
 * `next` and `wakeAtMs` after each step and does what they say. Shells may extend it with fields of their own.
 */
export class Call implements Waiter, AttemptState {
  readonly id: number;
  /** Greater is more important: who waits for a place, and who is let in first. */
  priority = 0;
  /**
   * What the shell has to do.
   * - attempt: at least one attempt is out; start number `attempt` if it is new, give up those for which `isOut`
   *   has become false, and report an attempt's end with `finish`
   * - wait: nothing until `wakeAtMs`
   * - settled: `outcome` stands; nothing more will happen
   */
  next: "attempt" | "wait" | "settled" = "wait";
  /** When the shell has to call `wake`; Infinity for never. */
  wakeAtMs: number = Number.POSITIVE_INFINITY;
  /** Attempts started. */
  attempt = 0;
  /** Attempts started and attempts refused on our own side. */
  tries = 0;
  /** No more tries than this, whatever the policy allows. */
  maxTries: number = Number.POSITIVE_INFINITY;
  startedAtMs = 0;
  deadlineAtMs: number = Number.POSITIVE_INFINITY;
  attemptStartedAtMs = 0;
  firstAttemptAtMs = 0;
  /** The delay before the latest try. */
  delayMs = 0;
  permit: number = NO_PERMIT;
  /** Whether the latest attempt is out; its state is the call's own. */
  latestOut = false;
  /** Earlier attempts that are out beside the latest: hedged calls only. */
  others: AttemptState[] | undefined = undefined;
  /** When another attempt may go out beside those under way. */
  hedgeAtMs: number = Number.POSITIVE_INFINITY;
  /** What it waits for, while `next` is "wait". */
  waitsFor: "backoff" | "rate" | "place" = "backoff";
  /** Places that earlier attempts hold which were given up and have not ended yet. */
  heldPlaces = 0;
  line: Waiter["line"] = undefined;
  ahead: Waiter | undefined = undefined;
  behind: Waiter | undefined = undefined;
  /** The latest refusal on our own side. */
  refusal: AttemptRefusal | undefined = undefined;
  outcome: Outcome = "ok";
  /** What the fallback stands in for, or what the call ended with. */
  cause: FailureOutcome | undefined = undefined;

  constructor(id: number) {
    this.id = id;
  }
}
