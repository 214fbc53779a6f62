import type { HeadersLike } from "./header-values.ts";
import { retryAfter } from "./retry-after.ts";

/** Methods that may be repeated (RFC 9110, section 9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"]);

/** Whether doing it twice does no harm: by its method, or because the request carries an `Idempotency-Key`. */
export function mayRepeat(method: string, hasIdempotencyKey: boolean): boolean {
  return hasIdempotencyKey || IDEMPOTENT.has(method.toUpperCase());
}

/** Answers that count as failures unless told otherwise: 5xx, 429 (too many requests), 408 (request timeout). */
export function isFailureStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** A response that counts as a failed attempt. When it is the last one, the caller gets the response itself. */
export class FailedResponse<R> extends Error {
  readonly status: number;
  readonly response: R;
  /** How long the server asked to wait: with 429 and 503 only. */
  readonly retryAfterMs: number | undefined;
  /** It has too much to do (429, 503): a concurrency limiter counts that as dropped. */
  readonly overloaded: boolean;

  constructor(status: number, headers: HeadersLike, response: R) {
    super(`the answer was ${status}`);
    this.status = status;
    this.response = response;
    this.overloaded = status === 429 || status === 503;
    this.retryAfterMs = this.overloaded ? retryAfter(headers) : undefined;
  }

  static {
    FailedResponse.prototype.name = "FailedResponse";
  }
}
