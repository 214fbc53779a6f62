/** What a function is told of the attempt that it makes. */
export interface AttemptContext {
  /**
   * Aborted when nobody waits for this attempt any more: it timed out, another one's answer was taken, or the caller
   * left. Made when it is first read, so a function that does not read it does not pay for it. It says nothing
   * after the attempt was answered: what streams on afterwards is not cut short.
   */
  readonly signal: AbortSignal;
  /** 1 for the first attempt of the call. */
  readonly attempt: number;
  /** When the whole call has to be over, on the policy's clock; undefined when it has no deadline. Pass it on. */
  readonly deadlineAtMs: number | undefined;
}

/** The context of one attempt, which remembers what became of it. */
export class Attempt implements AttemptContext {
  readonly attempt: number;
  readonly deadlineAtMs: number | undefined;
  /** The dependency has answered; a second answer counts for nothing. */
  answered = false;
  /** An earlier attempt that was given up but whose answer would still be taken. */
  earlier: Attempt | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #aborted = false;
  #reason: unknown = undefined;

  constructor(attempt: number, deadlineAtMs: number) {
    this.attempt = attempt;
    this.deadlineAtMs = deadlineAtMs === Number.POSITIVE_INFINITY ? undefined : deadlineAtMs;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  abort(reason: unknown): void {
    if (this.answered || this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}
