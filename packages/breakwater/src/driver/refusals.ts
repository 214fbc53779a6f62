import type { AttemptRefusal } from "@breakwater/policy";
import { refusedError } from "../errors.ts";

/**
 * The errors of calls that an open circuit refuses. When there is nothing left to do but to refuse, it is done many
 * times in a millisecond, and to make the error is most of the work; so calls that are refused for one reason and
 * with one time to wait, in whole milliseconds, are given one error.
 *
 * It is not frozen: loggers mark the errors that they print (pino does), and would throw.
 */
export class Refusals {
  readonly #policy: string;
  #reason: AttemptRefusal["reason"] | undefined = undefined;
  #waitMs: number | undefined = undefined;
  #latest: Error | undefined = undefined;
  #rejected: Promise<never> | undefined = undefined;

  constructor(policy: string) {
    this.#policy = policy;
  }

  error(refusal: AttemptRefusal): Error {
    const { reason, retryAfterMs } = refusal;
    const waitMs = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs);
    if (this.#latest === undefined || waitMs !== this.#waitMs || reason !== this.#reason) {
      this.#reason = reason;
      this.#waitMs = waitMs;
      this.#latest = refusedError(this.#policy, refusal, undefined);
      this.#rejected = undefined;
    }
    return this.#latest;
  }

  /**
   * A promise of its own for each call, so that the platform can tell which of them nobody handles. It follows one
   * that is rejected already, which is several times cheaper than to reject each.
   */
  rejection(refusal: AttemptRefusal): Promise<never> {
    const error = this.error(refusal);
    this.#rejected ??= handled(error);
    return this.#rejected.then();
  }
}

/** A rejected promise of which nobody needs to hear: it is handled before it is rejected. */
function handled(error: Error): Promise<never> {
  let fail: ((error: Error) => void) | undefined;
  const promise = new Promise<never>((_, reject) => {
    fail = reject;
  });
  promise.catch(() => {});
  fail?.(error);
  return promise;
}
