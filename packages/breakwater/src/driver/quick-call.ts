import type { Sleeper } from "../clock/real-clock.ts";
import type { RunOptions } from "../types.ts";
import { type Attempt, LateSignal } from "./attempt.ts";
import type { Cancellable, Membership } from "./caller-signals.ts";
import type { QuickCalls } from "./quick-calls.ts";
import type { CallFunction, RunningCall } from "./running-call.ts";

/**
 * A call whose first attempt went out at once, and with which nothing else has happened so far. As most calls end
 * like this, one small object is all of it: the call, the attempt and its context, and what the clock wakes.
 */
export class QuickCall implements Attempt, Sleeper, Cancellable {
  readonly attempt = 1;
  readonly calls: QuickCalls;
  readonly run: CallFunction;
  readonly asResult: boolean;
  readonly id: number;
  readonly options: RunOptions | undefined;
  readonly permit: number;
  readonly startedAtMs: number;
  resolve: ((value: unknown) => void) | undefined = undefined;
  reject: ((error: unknown) => void) | undefined = undefined;
  answered = false;
  /** What it has become, since something else happened. */
  running: RunningCall | undefined = undefined;
  /** Its place on the caller's signal. */
  membership: Membership | undefined = undefined;
  #late: LateSignal | undefined = undefined;
  ringsAtMs: number = Number.POSITIVE_INFINITY;
  bed: unknown = undefined;
  sooner: Sleeper | undefined = undefined;
  later: Sleeper | undefined = undefined;

  constructor(
    calls: QuickCalls,
    run: CallFunction,
    asResult: boolean,
    options: RunOptions | undefined,
    id: number,
    permit: number,
    startedAtMs: number,
  ) {
    this.calls = calls;
    this.run = run;
    this.asResult = asResult;
    this.options = options;
    this.id = id;
    this.permit = permit;
    this.startedAtMs = startedAtMs;
  }

  get deadlineAtMs(): number | undefined {
    return this.calls.deadlineOf(this);
  }

  /** There is none before the first. */
  get earlier(): undefined {
    return undefined;
  }

  get signal(): AbortSignal {
    this.#late ??= new LateSignal();
    return this.#late.signal;
  }

  get aborted(): boolean {
    return this.#late?.aborted === true;
  }

  abort(reason: unknown): void {
    if (this.answered) return;
    this.#late ??= new LateSignal();
    this.#late.abort(reason);
  }

  wake(): void {
    this.calls.wake(this);
  }

  cancel(reason: unknown): void {
    this.calls.cancel(this, reason);
  }
}
