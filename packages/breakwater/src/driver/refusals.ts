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
  #waitMs = -1;
  #latest: Error | undefined = undefined;
  #rejected: Promise<never> | undefined = undefined;

  constructor(policy: string) {
    this.#policy = policy;
  }

  error(refusal: AttemptRefusal): Error {
    return this.#shared(refusal) ?? this.#make(refusal);
  }

  /** A promise of its own for each call, so that the platform can tell which of them nobody handles. */
  rejection(refusal: AttemptRefusal): Promise<never> {
    const shared = this.#shared(refusal);
    if (shared === undefined) return rejectedSoon(this.#make(refusal));
    // To follow one that is rejected already is several times cheaper than to reject each.
    this.#rejected ??= handled(shared);
    return this.#rejected.then();
  }

  #shared({ reason, retryAfterMs }: AttemptRefusal): Error | undefined {
    const same = reason === this.#reason && wholeMs(retryAfterMs) === this.#waitMs;
    return same ? this.#latest : undefined;
  }

  #make(refusal: AttemptRefusal): Error {
    this.#reason = refusal.reason;
    this.#waitMs = wholeMs(refusal.retryAfterMs);
    this.#latest = refusedError(this.#policy, refusal, undefined);
    this.#rejected = undefined;
    return this.#latest;
  }
}

function wholeMs(ms: number | undefined): number {
  return ms === undefined ? -1 : Math.ceil(ms);
}

/** A promise that is already resolved. A rejection one job later costs a fifth of one before anybody listens. */
const READY = Promise.resolve();

function rejectedSoon(error: Error): Promise<never> {
  return new Promise((_, reject) => {
    READY.then(() => reject(error));
  });
}

/** A rejected promise of which nobody needs to hear: it is handled before it is rejected. */
function handled(error: Error): Promise<never> {
  const promise = rejectedSoon(error);
  promise.catch(() => {});
  return promise;
}
