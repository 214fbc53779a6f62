import axios, {
  AxiosError,
  AxiosHeaders,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
  isAxiosError,
} from "axios";
import { FailedResponse, isFailureStatus, mayRepeat } from "../http/classify.ts";
import type { Incoming } from "../http/incoming.ts";
import { Outgoing, type OutgoingOptions } from "../http/outgoing.ts";
import { isReplayable } from "../http/replayable.ts";
import type { Policy } from "../types.ts";

declare module "axios" {
  interface AxiosRequestConfig {
    /** The request on whose behalf this one is made: its deadline, attempt, priority and signal are passed on. */
    breakwater?: Incoming | undefined;
  }
}

type Send = (config: InternalAxiosRequestConfig) => Promise<AxiosResponse>;

export interface PolicyAdapterOptions extends OutgoingOptions {
  /** What makes the requests; axios' own adapters unless given. */
  readonly adapter?: Send | undefined;
  /** Which answers count as failed attempts; 5xx, 429 and 408 unless given. */
  readonly isFailureStatus?: ((status: number) => boolean) | undefined;
}

/** A response, or the error that axios made of it. */
interface Answer {
  readonly response: AxiosResponse | undefined;
  readonly error: unknown;
}

/**
 * An adapter for axios (`axios.create({ adapter })`): every request goes under a policy. It answers as axios does:
 * `validateStatus` decides which responses reject, also for that of the last attempt. The policy's retry is used only
 * where a request may be repeated (see `mayRepeat`) and its body can be sent again. But for `responseType: "stream"`,
 * timeout and deadline hold until the whole body is there.
 */
export function policyAdapter(policy: Policy<never>, options: PolicyAdapterOptions = {}): Send {
  const send = options.adapter ?? axios.getAdapter(["xhr", "http", "fetch"]);
  const isFailure = options.isFailureStatus ?? isFailureStatus;
  const outgoing = new Outgoing(policy, options);

  return async (config) => {
    const { method = "get", data, headers, breakwater: from } = config;
    const signals = [config.signal as AbortSignal | undefined, from?.signal].filter(
      (signal) => signal !== undefined,
    );
    const repeatable = mayRepeat(method, headers.has("idempotency-key")) && isReplayable(data);
    const call = outgoing.call(from, repeatable, AbortSignal.any(signals));
    const unread = new Set<Answer>();
    const result = await policy.runOutcome(async (context): Promise<Answer> => {
      discardAll(unread);
      const signal = AbortSignal.any([context.signal, ...signals]);
      const all = new AxiosHeaders(headers).set(call.headers(context));
      const answer = await answerOf(send, { ...config, headers: all, signal });
      if (context.signal.aborted) discard(answer);
      else unread.add(answer);
      const { response } = answer;
      if (response !== undefined && isFailure(response.status)) {
        throw new FailedResponse(response.status, response.headers, answer);
      }
      return answer;
    }, call.run);
    const failed = result.error instanceof FailedResponse ? result.error.response : undefined;
    const answer: Answer | undefined = result.outcome === "ok" ? result.value : failed;
    if (answer !== undefined) unread.delete(answer);
    discardAll(unread);
    if (answer === undefined) throw result.error;
    if (answer.response === undefined || answer.error !== undefined) throw answer.error;
    return answer.response;
  };
}

/** Errors that are the caller's mistake: they should neither be tried again nor count against the server. */
const MISTAKES = new Set([
  AxiosError.ERR_BAD_OPTION,
  AxiosError.ERR_BAD_OPTION_VALUE,
  AxiosError.ERR_BAD_REQUEST,
  AxiosError.ERR_INVALID_URL,
  AxiosError.ERR_NOT_SUPPORT,
]);

async function answerOf(send: Send, config: InternalAxiosRequestConfig): Promise<Answer> {
  try {
    return { response: await send(config), error: undefined };
  } catch (error) {
    if (!isAxiosError(error)) throw error;
    if (error.response === undefined && !MISTAKES.has(error.code ?? "")) throw error;
    return { response: error.response, error };
  }
}

function discardAll(unread: Set<Answer>): void {
  for (const answer of unread) discard(answer);
  unread.clear();
}

/** Frees the connection of a streamed response that nobody will read. */
function discard({ response }: Answer): void {
  const data = response?.data as { destroy?: () => void; cancel?: () => Promise<void> } | undefined;
  if (typeof data?.destroy === "function") data.destroy();
  else if (typeof data?.cancel === "function") data.cancel().catch(() => {});
}
