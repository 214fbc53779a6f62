import { FailedResponse, isFailureStatus, mayRepeat } from "../http/classify.ts";
import type { Incoming } from "../http/incoming.ts";
import { Outgoing, type OutgoingOptions } from "../http/outgoing.ts";
import { isReplayable } from "../http/replayable.ts";
import type { CallResult, Policy } from "../types.ts";

export interface PolicyFetchOptions extends OutgoingOptions {
  /** What makes the requests; the platform's own unless given. */
  readonly fetch?: typeof fetch | undefined;
  /** Which answers count as failed attempts; 5xx, 429 and 408 unless given. */
  readonly isFailure?: ((response: Response) => boolean) | undefined;
}

export interface PolicyRequestInit extends RequestInit {
  /** The request on whose behalf this one is made: its deadline, attempt, priority and signal are passed on. */
  readonly breakwater?: Incoming | undefined;
}

export type PolicyFetch = (
  input: Parameters<typeof fetch>[0],
  init?: PolicyRequestInit,
) => Promise<Response>;

/**
 * A `fetch` whose every call goes under a policy. It answers as fetch does: a response whose status is a failure is
 * returned when it was the last attempt's. It rejects as `policy.run` does.
 *
 * The policy's retry is used only where a request may be repeated (see `mayRepeat`) and its body can be sent again,
 * so `idempotent: true` is safe to say. Timeout and deadline end with the headers of the response; what streams on
 * afterwards is ended by the signals of the request alone.
 *
 * A fallback must be a function that makes a new Response.
 */
export function policyFetch<F extends Response = never>(
  policy: Policy<F>,
  options: PolicyFetchOptions = {},
): PolicyFetch {
  const {
    fetch: send = (...args) => fetch(...args),
    isFailure = ({ status }) => isFailureStatus(status),
  } = options;
  const outgoing = new Outgoing(policy, options);

  return async (input, init = {}) => {
    const { breakwater: from, ...given } = init;
    const { method, headers, signals, replayable } = partsOf(input, given, from);
    const repeatable = replayable && mayRepeat(method, headers.has("idempotency-key"));
    const call = outgoing.call(from, repeatable, anyOf(signals));
    const unread = new Set<Response>();
    const result = await policy.runOutcome(async (context) => {
      discardAll(unread);
      const all = new Headers(headers);
      for (const [name, value] of Object.entries(call.headers(context))) all.set(name, value);
      const signal = anyOf([context.signal, ...signals]);
      const response = await send(input, { ...given, headers: all, signal: signal ?? null });
      // An answer that nobody waits for any more will not be read by anybody.
      if (context.signal.aborted) discard(response);
      else unread.add(response);
      if (isFailure(response))
        throw new FailedResponse(response.status, response.headers, response);
      return response;
    }, call.run);
    const answer = answerOf<Response, F>(result);
    if (answer !== undefined) unread.delete(answer);
    discardAll(unread);
    if (answer === undefined) throw result.error;
    return answer;
  };
}

/** The response to hand out: also that of the last attempt when it is a failure. */
function answerOf<R, F>({ outcome, value, error }: CallResult<R, F>): R | F | undefined {
  if (outcome === "ok" || outcome === "fallback") return value;
  return error instanceof FailedResponse ? error.response : undefined;
}

function partsOf(
  input: Parameters<typeof fetch>[0],
  init: RequestInit,
  from: Incoming | undefined,
) {
  const request = typeof input === "object" && "method" in input ? input : undefined;
  const headers = new Headers(init.headers ?? request?.headers);
  // What is no request at all should neither be tried again nor count against the server.
  const checked = request ?? new Request(input, { method: init.method ?? "GET", headers });
  const method = init.method ?? checked.method;
  const signals = [init.signal ?? request?.signal, from?.signal].filter((each) => each != null);
  const replayable = init.body == null ? !request?.body : isReplayable(init.body);
  return { method, headers, signals, replayable };
}

function anyOf(signals: AbortSignal[]): AbortSignal | undefined {
  return signals.length > 1 ? AbortSignal.any(signals) : signals[0];
}

function discardAll(unread: Set<Response>): void {
  for (const response of unread) discard(response);
  unread.clear();
}

/** Frees the connection of a response that nobody will read. */
function discard({ body }: Response): void {
  if (body?.locked === false) body.cancel().catch(() => {});
}
