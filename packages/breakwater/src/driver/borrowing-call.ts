import type { RunOptions } from "../types.ts";
import { type Attempt, LateSignal } from "./attempt.ts";
import type { CallFunction } from "./running-call.ts";

/**
 * What a QuickCall is, for a call that nothing but its answer can end: it has no promise of its own, no deadline and
 * nothing to be woken for. So it can be half as large.
 */
export class BorrowingCall implements Attempt {
  readonly attempt = 1;
  readonly run: CallFunction;
  readonly asResult: boolean;
  readonly options: RunOptions | undefined;
  readonly id: number;
  readonly permit: number;
  readonly startedAtMs: number;
  answered = false;
  #late: LateSignal | undefined = undefined;

  constructor(
    run: CallFunction,
    asResult: boolean,
    options: RunOptions | undefined,
    id: number,
    permit: number,
    startedAtMs: number,
  ) {
    this.run = run;
    this.asResult = asResult;
    this.options = options;
    this.id = id;
    this.permit = permit;
    this.startedAtMs = startedAtMs;
  }

  get deadlineAtMs(): undefined {
    return undefined;
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
}
