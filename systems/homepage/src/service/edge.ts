import { type CallResult, cached, type Policy, type PolicyOptions, policy } from "breakwater";
import { FailedResponse, type Incoming, mayRepeat, Outgoing } from "breakwater/http";
import { HttpProblem } from "./problem.ts";

/** How a dependency is asked. */
export interface EdgeRequest<T> {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly authorization: string;
  /** The request on whose behalf this one is made. */
  readonly from: Incoming;
  /** Whose policy decides; 0 where all workers share one. */
  readonly worker: number;
  /** Reads the body of an answer that is no error; throws when it is not what was agreed on. */
  readonly decode: (body: unknown) => T;
}

export interface EdgeOptions {
  readonly name: string;
  readonly url: string;
  /** One policy for all workers, or one for each: a breaker of its own, as where each is a process. */
  readonly policies: number;
}

type Value = CallResult<unknown, unknown>;
type Send = EdgeRequest<unknown>;

interface Caller {
  readonly policy: Policy<unknown>;
  readonly outgoing: Outgoing;
}

/** One dependency, asked over HTTP under a policy that can change while it works. */
export class Edge {
  readonly name: string;
  readonly #url: string;
  readonly #callers: readonly Caller[];
  #kept: ReturnType<typeof cached<unknown>>[] = [];
  #lastKnown: number | string | undefined = undefined;

  constructor({ name, url, policies }: EdgeOptions) {
    this.name = name;
    this.#url = url.replace(/\/+$/, "");
    this.#callers = Array.from({ length: policies }, (_, index) => {
      const made = policy<unknown>({ name: policies === 1 ? name : `${name}/${index}` });
      return { policy: made, outgoing: new Outgoing(made, {}) };
    });
  }

  get policies(): Policy<unknown>[] {
    return this.#callers.map(({ policy }) => policy);
  }

  /** Puts another policy in force; what the old one knows goes on as far as it fits. */
  reconfigure(options: PolicyOptions, lastKnown: number | string | undefined): void {
    for (const { policy } of this.#callers) {
      const named = { ...options, name: policy.name };
      // An unchanged policy has nothing to lose: a limiter, for instance, would begin anew.
      if (JSON.stringify(named) !== JSON.stringify(policy.options)) policy.reconfigure(named);
    }
    if (lastKnown === this.#lastKnown) return;
    this.#lastKnown = lastKnown;
    const keep = { ttl: 0, staleIfError: lastKnown ?? 0 };
    this.#kept = lastKnown === undefined ? [] : this.policies.map((each) => cached(each, keep));
  }

  /** @returns how the call ended, and with what: the decoded body, `Refused`, or what stands in for them */
  call<T>(request: EdgeRequest<T>): Promise<CallResult<T, unknown>> {
    const index = request.worker % this.#callers.length;
    const { policy, outgoing } = this.#callers[index] as Caller;
    const { from, method, authorization } = request;
    const call = outgoing.call(from, mayRepeat(method, false), from.signal);
    const attempt = (context: { readonly signal: AbortSignal } & Context): Promise<unknown> =>
      this.#send(request, call.headers(context), context.signal);
    const kept = method === "GET" ? this.#kept[index] : undefined;
    const result: Promise<Value> =
      kept === undefined
        ? policy.runOutcome(attempt, call.run)
        : kept.runOutcome(authorization, attempt, call.run);
    return result as Promise<CallResult<T, unknown>>;
  }

  async #send(request: Send, headers: Record<string, string>, signal: AbortSignal) {
    const { method, path, authorization, decode } = request;
    const response = await fetch(this.#url + path, {
      method,
      headers: { ...headers, authorization },
      signal,
      redirect: "error",
    });
    const { status } = response;
    if (status === 200) return decode(await response.json());
    await response.body?.cancel();
    if (status === 401 || status === 403) return new Refused();
    throw new FailedResponse(status, response.headers, response);
  }
}

type Context = Parameters<ReturnType<Outgoing["call"]>["headers"]>[0];

/** A dependency's answer, and no failure of its own: this token may not have what was asked for (401, 403). */
export class Refused {}

/** What a caller answers when a dependency without which it can do nothing has not answered. */
export function unavailable(name: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (String(code).startsWith("BREAKWATER_")) return error;
  return new HttpProblem(502, `${name} has not given a useful answer`);
}
