import type { CallFact, Fact } from "@breakwater/policy";
import type { Attributes, Span, SpanStatusCode, Tracer } from "@opentelemetry/api";
import { CallTimes } from "./call-times.ts";

/** SpanStatusCode.ERROR, without loading the package for it. */
const ERROR: SpanStatusCode.ERROR = 2;

/** One span per call. It begins in the caller's context, so it stands under the caller's span. */
export class CallSpans {
  readonly #policy: string;
  readonly #tracer: Tracer;
  readonly #times = new CallTimes();
  /** Of calls under way. */
  readonly #spans = new Map<number, Span>();

  constructor(policy: string, tracer: Tracer) {
    this.#policy = policy;
    this.#tracer = tracer;
  }

  readonly tell = (fact: Fact): void => {
    if (!("callId" in fact)) return;
    if (this.#times.begins(fact)) this.#begin(fact.callId);
    const span = this.#spans.get(fact.callId);
    if (span === undefined) return;
    if (fact.shadow === true) span.addEvent(`shadow ${fact.type}`, attributesOf(fact));
    else if (fact.type === "callEnded") this.#end(span, fact);
    else span.addEvent(fact.type, attributesOf(fact));
  };

  endAll(): void {
    for (const span of this.#spans.values()) span.end();
    this.#spans.clear();
  }

  #begin(callId: number): void {
    const name = this.#policy === "" ? "breakwater" : `breakwater ${this.#policy}`;
    const attributes = { "breakwater.policy": this.#policy };
    this.#spans.set(callId, this.#tracer.startSpan(name, { attributes }));
  }

  #end(span: Span, fact: Extract<CallFact, { type: "callEnded" }>): void {
    const { callId, outcome, attempts, cause } = fact;
    this.#times.ends(fact);
    this.#spans.delete(callId);
    span.setAttribute("breakwater.outcome", outcome);
    span.setAttribute("breakwater.attempts", attempts);
    if (cause !== undefined) span.setAttribute("breakwater.cause", cause);
    // That a caller left is nobody's error.
    if (outcome !== "ok" && outcome !== "fallback" && outcome !== "cancelled") {
      span.setStatus({ code: ERROR, message: outcome });
    }
    span.end();
  }
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
