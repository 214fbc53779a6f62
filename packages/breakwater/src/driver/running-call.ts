import { Call } from "@breakwater/policy";
import type { Sleeper } from "../clock/real-clock.ts";
import type { Attempt, AttemptContext } from "./attempt.ts";
import type { Membership } from "./caller-signals.ts";
import type { Driver } from "./driver.ts";

export type CallFunction = (context: AttemptContext) => unknown;

/**
 * A call on its way on real time: everything that the driver knows of it, in one object, which is also what its
 * clock wakes. The fewer fields, the cheaper every call.
 */
export class RunningCall extends Call implements Sleeper {
  readonly driver: Driver;
  readonly run: CallFunction;
  /** The promise resolves to a CallResult, and never rejects. */
  readonly asResult: boolean;
  /** Of the call's own promise, if it has one by now. */
  resolve: ((value: unknown) => void) | undefined = undefined;
  reject: ((error: unknown) => void) | undefined = undefined;
  /** The latest attempt. */
  current: Attempt | undefined = undefined;
  /** When the engine was last told something. */
  toldAtMs = 0;
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
  ringsAtMs: number = Number.POSITIVE_INFINITY;
  bed: unknown = undefined;
  sooner: Sleeper | undefined = undefined;
  later: Sleeper | undefined = undefined;

  constructor(id: number, driver: Driver, run: CallFunction, asResult: boolean) {
    super(id);
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
