import { NO_PERMIT } from "../breaker.ts";
import type { Waiter } from "../bulkhead/waiting-line.ts";
import type { FailureOutcome } from "../fallback/machine.ts";
import type { Outcome } from "../types.ts";
import type { AttemptRefusal } from "./facts.ts";

/**
 * One call on its way: what the caller wants once, with one or more attempts. The engine writes it; a shell reads
 * `next` and `wakeAtMs` after each step and does what they say. Shells may extend it with fields of their own.
 */
export class Call implements Waiter {
  readonly id: number;
  /** Greater is more important: who waits for a place, and who is let in first. */
  priority = 0;
  /**
   * What the shell has to do.
   * - attempt: attempt number `attempt` is out (start it if it is new); report its end with `finish`
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
  startedAtMs = 0;
  deadlineAtMs: number = Number.POSITIVE_INFINITY;
  attemptStartedAtMs = 0;
  /** The delay before the latest try. */
  delayMs = 0;
  permit: number = NO_PERMIT;
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
