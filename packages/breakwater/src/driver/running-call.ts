import { Call } from "@breakwater/policy";
import type { Scheduled } from "../clock/clock.ts";
import type { Attempt, AttemptContext } from "./attempt.ts";
import type { Cancellable, SignalGroup } from "./caller-signals.ts";
import type { Driver } from "./driver.ts";

export type CallFunction = (context: AttemptContext) => unknown;

/** A call on its way on real time: everything that the driver knows of it, in one object. */
export class RunningCall extends Call implements Cancellable {
  readonly run: CallFunction;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** The promise resolves to a CallResult, and never rejects. */
  readonly asResult: boolean;
  readonly driver: Driver;
  /** The latest attempt. */
  current: Attempt | undefined = undefined;
  timer: Scheduled | undefined = undefined;
  /** When the engine was last told something. */
  toldAtMs = 0;
  /** What the dependency, or the fallback, answered. */
  value: unknown = undefined;
  /** What the latest attempt failed with, or why the call was ended. */
  error: unknown = undefined;
  /** Until `start` has returned, nobody can have taken hold of the promise. */
  starting = true;
  /** The engine has settled it, and the driver has seen that. */
  settled = false;
  /** The promise has its answer. */
  delivered = false;
  group: SignalGroup | undefined = undefined;
  before: Cancellable | undefined = undefined;
  after: Cancellable | undefined = undefined;
  #onWake: (() => void) | undefined = undefined;

  constructor(
    id: number,
    driver: Driver,
    run: CallFunction,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
    asResult: boolean,
  ) {
    super(id);
    this.driver = driver;
    this.run = run;
    this.resolve = resolve;
    this.reject = reject;
    this.asResult = asResult;
  }

  /** One closure per call, made when the first timer is. */
  get onWake(): () => void {
    this.#onWake ??= () => this.driver.wake(this);
    return this.#onWake;
  }

  cancel(reason: unknown): void {
    this.driver.cancel(this, reason);
  }
}
