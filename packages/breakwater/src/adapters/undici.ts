import type { Dispatcher } from "undici";
import { FailedResponse, isFailureStatus, mayRepeat } from "../http/classify.ts";
import { headerOf } from "../http/header-values.ts";
import type { Incoming } from "../http/incoming.ts";
import { Outgoing, type OutgoingOptions } from "../http/outgoing.ts";
import { isReplayable } from "../http/replayable.ts";
import type { Policy } from "../types.ts";
import { StableController, UndiciAttempt } from "./undici-attempt.ts";

export interface PolicyInterceptorOptions extends OutgoingOptions {
  /** Which answers count as failed attempts; 5xx, 429 and 408 unless given. */
  readonly isFailureStatus?: ((status: number) => boolean) | undefined;
}

/** What the interceptor also finds among the options of a request. */
export interface WithIncoming {
  /** The request on whose behalf this one is made: its deadline, attempt, priority and signal are passed on. */
  readonly breakwater?: Incoming | undefined;
}

type DispatchOptions = Dispatcher.DispatchOptions & WithIncoming;

/**
 * An interceptor for `dispatcher.compose`: every request goes under a policy. A response whose status is a failure is
 * handed on when it was the last attempt's. The policy's retry is used only where a request may be repeated (see
 * `mayRepeat`) and its body can be sent again. Timeout and deadline end with the headers of the response. Upgrades
 * and CONNECT pass by the policy.
 */
export function policyInterceptor(
  policy: Policy<never>,
  options: PolicyInterceptorOptions = {},
): Dispatcher.DispatcherComposeInterceptor {
  const isFailure = options.isFailureStatus ?? isFailureStatus;
  const outgoing = new Outgoing(policy, options);

  const send = async (
    dispatch: Dispatcher.Dispatch,
    { breakwater: from, ...given }: DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): Promise<void> => {
    const headers = flat(given.headers);
    const hasKey = headerOf(headers, "idempotency-key") !== undefined;
    const controller = new StableController(from?.signal);
    handler.onRequestStart?.(controller, {});
    const repeatable = mayRepeat(given.method, hasKey) && isReplayable(given.body);
    const call = outgoing.call(from, repeatable, controller.signal);
    const unread = new Set<UndiciAttempt>();
    const result = await policy.runOutcome((context) => {
      for (const attempt of unread) attempt.discard();
      unread.clear();
      const attempt = new UndiciAttempt(context.signal, handler, controller, isFailure);
      unread.add(attempt);
      dispatch({ ...given, headers: withHeaders(headers, call.headers(context)) }, attempt);
      return attempt.started;
    }, call.run);
    const failed = result.error instanceof FailedResponse ? result.error.response : undefined;
    const answer: UndiciAttempt | undefined = result.outcome === "ok" ? result.value : failed;
    for (const attempt of unread) if (attempt !== answer) attempt.discard();
    if (answer !== undefined) answer.handOn();
    else controller.fail(handler, result.error);
  };

  return (dispatch) => (request, handler) => {
    if (request.upgrade || request.method === "CONNECT") return dispatch(request, handler);
    send(dispatch, request, handler).catch((error) => handler.onResponseError?.(NOBODY, error));
    return true;
  };
}

/** For a handler that has failed before there was anything to control. */
const NOBODY: Dispatcher.DispatchController = {
  aborted: true,
  paused: false,
  reason: null,
  abort: () => {},
  pause: () => {},
  resume: () => {},
};

/** Name, value, name, value. */
function flat(headers: Dispatcher.DispatchOptions["headers"]): unknown[] {
  if (headers === null || headers === undefined) return [];
  if (Array.isArray(headers)) return headers;
  if (Symbol.iterator in headers) return [...headers].flat();
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
}

function withHeaders(given: readonly unknown[], more: Record<string, string>): string[] {
  const kept = given.flatMap((name, i) =>
    i % 2 === 0 && !(String(name).toLowerCase() in more) ? [name, given[i + 1]] : [],
  );
  return [...kept, ...Object.entries(more).flat()] as string[];
}
