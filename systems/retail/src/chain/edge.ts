/** How one service calls the next: under which policies, and what it makes of the answer. */
import {
  type CallResult,
  type FailureOutcome,
  type Policy,
  policy,
  type Runtime,
  type TypedPolicyOptions,
} from "breakwater";
import { FailedResponse, type Incoming, isFailureStatus, Outgoing } from "breakwater/http";
import type { Contents } from "../kinds/kind.ts";

/** Headers with which a service tells the one before it how far the rest of the chain has come. */
export const STATUS_HEADER = "retail-status";
export const COMPLETE_HEADER = "retail-complete";

/** What the next service said of a document. */
export interface Told {
  /** "taken", or it will never take it. */
  readonly kind: "taken" | "refused";
  readonly status: string;
  readonly complete: boolean;
  readonly text: string;
}

/** The figures of the seed's breaker: 300 ms, 50 %, 10 s. It protects callers who wait for the whole chain. */
const WAITING_CALLER: TypedPolicyOptions<never> = {
  idempotent: true,
  timeout: "300ms",
  circuitBreaker: {
    window: { kind: "time", size: "10s" },
    failureRate: 0.5,
    minimumCalls: 1,
    openFor: "10s",
  },
};

/** Nobody waits for the outbox, but an order should not be late either: it looks again soon, and gently. */
const OUTBOX: TypedPolicyOptions<never> = {
  idempotent: true,
  deadline: "3s",
  retry: { attempts: 3, backoff: { kind: "exponential", base: "50ms", cap: "500ms" } },
  bulkhead: { concurrent: 16, queue: { size: 64 } },
  circuitBreaker: { window: { kind: "consecutive", failures: 5 }, openFor: "500ms" },
  timeout: "1s",
};

export type EdgePolicies = Readonly<Record<string, TypedPolicyOptions<never>>>;

export interface Edge {
  /** What the next service is called. */
  readonly name: string;
  /** For callers who wait. */
  readonly direct: Policy;
  /** For the outbox. */
  readonly outbox: Policy;
  /** While a caller waits: the caller's deadline holds, too. */
  callNow(send: Delivery, from: Incoming): Promise<CallResult<Told>>;
  /** @returns the outcome "cancelled" when `signal` ends it */
  callLater(send: Delivery, signal: AbortSignal): Promise<CallResult<Told>>;
}

export interface Delivery {
  readonly contents: Contents;
  /** Of this service, from 1. */
  readonly hop: number;
}

/** Left for the way back: whoever called this service stops waiting that much later. */
const MARGIN = "50ms";
/** No answer of the chain is longer. */
const LONGEST_TEXT = 4096;
/** Answers that no repetition will change. */
const FINAL = new Set([400, 409, 413, 415, 422, 431]);

/** @param policies options by name, in place of those above: `<name>` and `<name>-outbox` */
export function edgeTo(
  name: string,
  url: string,
  policies: EdgePolicies,
  runtime: Runtime = {},
): Edge {
  const make = (key: string, options: TypedPolicyOptions<never>): Policy =>
    policy({ ...(policies[key] ?? options), name: key }, runtime);
  const direct = make(name, WAITING_CALLER);
  const outbox = make(`${name}-outbox`, OUTBOX);
  const now = new Outgoing(direct, { margin: MARGIN });
  const later = new Outgoing(outbox, { margin: MARGIN, retryOwner: "here" });
  return {
    ...{ name, direct, outbox },
    callNow: (delivery, from) => {
      const call = now.call(from, true, from.signal);
      return direct.runOutcome(
        (context) => post(url, delivery, call.headers(context), context.signal),
        call.run,
      );
    },
    callLater: (delivery, signal) => {
      const call = later.call(undefined, true, signal);
      const asks = { prefer: "respond-async" };
      return outbox.runOutcome(
        (context) => post(url, delivery, { ...call.headers(context), ...asks }, context.signal),
        call.run,
      );
    },
  };
}

async function post(
  url: string,
  { contents, hop }: Delivery,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Told> {
  const target = new URL(url);
  target.searchParams.set("count", String(hop));
  const response = await fetch(target, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(contents),
    redirect: "follow",
    signal,
  });
  const text = (await response.text()).slice(0, LONGEST_TEXT);
  const told = {
    status: response.headers.get(STATUS_HEADER) ?? "",
    complete: response.headers.get(COMPLETE_HEADER) === "true",
    text,
  };
  if (response.ok) return { kind: "taken", ...told };
  if (FINAL.has(response.status)) return { kind: "refused", ...told };
  // An address that is wrong, say: an operator will put that right.
  const error = new FailedResponse(response.status, response.headers, response);
  if (isFailureStatus(response.status)) throw error;
  throw Object.assign(error, { retryAfterMs: undefined });
}

const REASONS: Readonly<Record<FailureOutcome, string>> = {
  failed: "failed",
  timedOut: "timed out",
  shortCircuited: "the circuit is open",
  rejected: "too many calls are under way",
};

/** Why a call brought nothing, in words. */
export function reasonOf(name: string, { outcome, cause, error }: CallResult<unknown>): string {
  const why = REASONS[cause ?? "failed"] ?? outcome;
  const status = error instanceof FailedResponse ? ` with ${error.status}` : "";
  return `${name}: ${why}${status}`;
}
