import { type Call, type CallEngine, NO_PERMIT } from "@breakwater/policy";
import type { Sleeper } from "../clock/real-clock.ts";
import type { Attempt, AttemptContext } from "./attempt.ts";
import type { Membership } from "./caller-signals.ts";
import type { Driver } from "./driver.ts";

export interface CallFunction {
  (context: AttemptContext): unknown;
  /** Asked before the fallback when the call has failed: an older answer, which a cache has kept. */
  readonly standIn?: () => { readonly value: unknown } | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * A call on its way on real time: everything that the engine and the driver know of it, in one object, which is also
 * what its clock wakes. To make it is the dearest single step of a call, so it has few fields of its own, and it
 * repeats the engine's instead of inheriting them, which takes a third off; a test compares the two.
 */
export class RunningCall implements Call, Sleeper {
  readonly id: number;
  priority = 0;
  next: Call["next"] = "wait";
  wakeAtMs: number = NEVER;
  attempt = 0;
  tries = 0;
  maxTries: number = NEVER;
  startedAtMs = 0;
  deadlineAtMs: number = NEVER;
  attemptStartedAtMs = 0;
  firstAttemptAtMs = 0;
  delayMs = 0;
  permit: number = NO_PERMIT;
  latestOut = false;
  others: Call["others"] = undefined;
  hedgeAtMs: number = NEVER;
  waitsFor: Call["waitsFor"] = "backoff";
  heldPlaces = 0;
  line: Call["line"] = undefined;
  ahead: Call["ahead"] = undefined;
  behind: Call["behind"] = undefined;
  refusal: Call["refusal"] = undefined;
  outcome: Call["outcome"] = "ok";
  cause: Call["cause"] = undefined;
  readonly driver: Driver;
  readonly run: CallFunction;
  /** The promise resolves to a CallResult, and never rejects. */
  readonly asResult: boolean;
  /** Of the call's own promise, if it has one by now. */
  resolve: ((value: unknown) => void) | undefined = undefined;
  reject: ((error: unknown) => void) | undefined = undefined;
  /** The latest attempt. */
  current: Attempt | undefined = undefined;
  /** What the dependency, or the fallback, answered. */
  value: unknown = undefined;
  /** What the latest attempt failed with, or why the call was ended. */
  error: unknown = undefined;
  /** Until the promise was handed out, nobody can have taken hold of it. */
  starting = true;
  /** The engine has settled it, and the driver has seen that. */
  settled = false;
  /** The promise has its answer. */
  delivered = false;
  /** Its place on the caller's signal. */
  membership: Membership | undefined = undefined;
  ringsAtMs: number = NEVER;
  bed: unknown = undefined;
  sooner: Sleeper | undefined = undefined;
  later: Sleeper | undefined = undefined;

  constructor(id: number, driver: Driver, run: CallFunction, asResult: boolean) {
    this.id = id;
    this.driver = driver;
    this.run = run;
    this.asResult = asResult;
  }

  wake(): void {
    this.driver.wake(this);
  }

  cancel(reason: unknown): void {
    this.driver.cancel(this, reason);
  }
}

/** The engine under which a call of the driver has begun. */
export function engineOf(call: Call): CallEngine {
  return (call as RunningCall).driver.engine;
}
