import type { CallFact, Fact } from "@breakwater/policy";
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Surround } from "../operate/tell.ts";
import { CallTimes } from "./call-times.ts";

interface Traced {
  readonly span: Span;
  /** In which the span is the active one. */
  readonly within: Context;
}

interface TracedCall extends Traced {
  /** Attempts that are out, by their number. */
  readonly attempts: Map<number, Traced>;
}

type AttemptStarted = Extract<CallFact, { type: "attemptStarted" }>;
type AttemptEnded = Extract<CallFact, { type: "attemptEnded" }>;

/**
 * One span per call, and under it one per attempt. A call's span begins in the caller's context, so it stands under
 * the caller's span; the function runs in the context of its attempt, so its own spans stand under that one.
 */
export class CallSpans {
  readonly #policy: string;
  readonly #tracer: Tracer;
  readonly #times = new CallTimes();
  /** Calls under way. */
  readonly #calls = new Map<number, TracedCall>();

  constructor(policy: string, tracer: Tracer) {
    this.#policy = policy;
    this.#tracer = tracer;
  }

  readonly tell = (fact: Fact): void => {
    if (!("callId" in fact)) return;
    if (this.#times.begins(fact)) this.#begin(fact.callId);
    const call = this.#calls.get(fact.callId);
    if (call === undefined) return;
    const { span } = call;
    if (fact.shadow === true) span.addEvent(`shadow ${fact.type}`, attributesOf(fact));
    else if (fact.type === "attemptStarted") this.#beginAttempt(call, fact);
    else if (fact.type === "attemptEnded") endAttempt(call, fact);
    else if (fact.type === "callEnded") this.#end(call, fact);
    else span.addEvent(fact.type, attributesOf(fact));
  };

  /** The fact that an attempt has started comes before its function is called. */
  readonly surround: Surround = (run, callId) => {
    const surrounded: typeof run = (attempt) => {
      const within = this.#calls.get(callId)?.attempts.get(attempt.attempt)?.within;
      return within === undefined ? run(attempt) : context.with(within, () => run(attempt));
    };
    return run.standIn === undefined
      ? surrounded
      : Object.assign(surrounded, { standIn: run.standIn });
  };

  endAll(): void {
    for (const { span, attempts } of this.#calls.values()) {
      for (const attempt of attempts.values()) attempt.span.end();
      span.end();
    }
    this.#calls.clear();
  }

  #trace(name: string, attributes: Attributes, under: Context): Traced {
    const span = this.#tracer.startSpan(name, { attributes }, under);
    return { span, within: trace.setSpan(under, span) };
  }

  #begin(callId: number): void {
    const name = this.#policy === "" ? "breakwater" : `breakwater ${this.#policy}`;
    const traced = this.#trace(name, { "breakwater.policy": this.#policy }, context.active());
    this.#calls.set(callId, { ...traced, attempts: new Map() });
  }

  #beginAttempt({ within, attempts }: TracedCall, { attempt }: AttemptStarted): void {
    const attributes = { "breakwater.policy": this.#policy, "breakwater.attempt": attempt };
    attempts.set(attempt, this.#trace(`attempt ${attempt}`, attributes, within));
  }

  #end({ span }: TracedCall, fact: Extract<CallFact, { type: "callEnded" }>): void {
    const { callId, outcome, attempts, cause } = fact;
    this.#times.ends(fact);
    this.#calls.delete(callId);
    span.setAttribute("breakwater.outcome", outcome);
    span.setAttribute("breakwater.attempts", attempts);
    if (cause !== undefined) span.setAttribute("breakwater.cause", cause);
    // That a caller left is nobody's error.
    if (outcome !== "ok" && outcome !== "fallback" && outcome !== "cancelled") {
      span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
    }
    span.end();
  }
}

function endAttempt({ attempts }: TracedCall, { attempt, outcome }: AttemptEnded): void {
  const span = attempts.get(attempt)?.span;
  attempts.delete(attempt);
  span?.setAttribute("breakwater.outcome", outcome);
  if (outcome === "failed" || outcome === "timedOut") {
    span?.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
  }
  span?.end();
}

/** The inputs of a decision, as attributes: "breakwater.retryAfterMs" and so on. */
function attributesOf(fact: CallFact): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of Object.entries(fact)) {
    if (key === "type" || key === "callId" || key === "atMs") continue;
    const known = typeof value === "number" || typeof value === "string";
    if (known || typeof value === "boolean") attributes[`breakwater.${key}`] = value;
  }
  return attributes;
}
