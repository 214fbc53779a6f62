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

/** One attempt of a call on its way: its context, which remembers what became of it. */
export interface Attempt extends AttemptContext {
  /** The dependency has answered; a second answer counts for nothing. */
  answered: boolean;
  /** An earlier attempt that was given up but whose answer would still be taken. */
  readonly earlier: Attempt | undefined;
  readonly aborted: boolean;
  abort(reason: unknown): void;
}

/** A signal that is made when somebody first reads it, whether or not it was aborted before that. */
export class LateSignal {
  #controller: AbortController | undefined = undefined;
  aborted = false;
  #reason: unknown = undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
  }
}

/** An attempt that the ordinary way has sent. */
export class OrdinaryAttempt implements Attempt {
  readonly attempt: number;
  readonly deadlineAtMs: number | undefined;
  answered = false;
  readonly earlier: Attempt | undefined;
  readonly #late = new LateSignal();

  constructor(attempt: number, deadlineAtMs: number, earlier: Attempt | undefined) {
    this.attempt = attempt;
    this.deadlineAtMs = deadlineAtMs === Number.POSITIVE_INFINITY ? undefined : deadlineAtMs;
    this.earlier = earlier;
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  get aborted(): boolean {
    return this.#late.aborted;
  }

  abort(reason: unknown): void {
    if (!this.answered) this.#late.abort(reason);
  }
}
