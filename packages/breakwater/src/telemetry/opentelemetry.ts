import { type CacheFact, type Fact, isCircuitFact } from "@breakwater/policy";
import type { Meter, ObservableResult, Tracer } from "@opentelemetry/api";
import { surroundCalls } from "../operate/tell.ts";
import { CallSpans } from "./call-spans.ts";
import { CallTimes } from "./call-times.ts";
import { DURATION_BOUNDS, LOOKUPS, type Measurable, STATES } from "./measurable.ts";

/** What to measure with; what is left out is not measured. */
export interface InstrumentOptions {
  /** Counts calls and attempts, and measures how long calls take. */
  readonly meter?: Meter;
  /** Makes a span for each call and each attempt, with an event for each other thing that happened to the call. */
  readonly tracer?: Tracer;
}

/**
 * Tells OpenTelemetry what a policy does, from now on. It uses the API alone, so it works with any version of the SDK
 * that your meter and tracer come from.
 * @returns what ends it; spans of calls under way end then
 */
export function instrument(policy: Measurable, { meter, tracer }: InstrumentOptions): () => void {
  const stops: (() => void)[] = [];
  if (meter !== undefined) stops.push(measure(policy, meter));
  if (tracer !== undefined) stops.push(trace(policy, tracer));
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

function trace(policy: Measurable, tracer: Tracer): () => void {
  const spans = new CallSpans(policy.name, tracer);
  const stop = policy.onFact(spans.tell);
  const stopSurrounding = surroundCalls(policy, spans.surround);
  return () => {
    stop();
    stopSurrounding();
    spans.endAll();
  };
}

function measure(policy: Measurable, meter: Meter): () => void {
  const stopCounting = policy.onFact(counting(policy.name, meter));
  const state = meter.createObservableGauge("breakwater.circuit.state", {
    description: "1 for the state that the circuit is in, 0 for the others.",
  });
  const observe = (result: ObservableResult) => {
    const current = policy.breaker?.state;
    if (current === undefined) return;
    for (const each of STATES) {
      result.observe(each === current ? 1 : 0, { policy: policy.name, state: each });
    }
  };
  state.addCallback(observe);
  return () => {
    stopCounting();
    state.removeCallback(observe);
  };
}

function instruments(meter: Meter) {
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(`breakwater.${name}`, { unit, description });
  return {
    calls: counter("calls", "{call}", "Calls that have ended."),
    attempts: counter("attempts", "{attempt}", "Attempts that have ended."),
    refusals: counter("refusals", "{attempt}", "Attempts refused on our own side."),
    retries: counter("retries", "{attempt}", "Further tries that were decided on."),
    changes: counter("circuit.changes", "{change}", "Changes of the circuit."),
    skips: counter("hedges.skipped", "{attempt}", "Hedges that did not go out when it was time."),
    cache: counter("cache.answers", "{answer}", "What callers got who asked a cache."),
    shed: counter("requests.shed", "{request}", "Requests that a load shedder sent away."),
    limits: meter.createGauge("breakwater.concurrency.limit", {
      unit: "{attempt}",
      description: "The limit that the concurrency limiter has found, whenever it moves.",
    }),
    shadow: counter("shadow.decisions", "{decision}", "What shadowed parts would have done."),
    durations: meter.createHistogram("breakwater.call.duration", {
      unit: "s",
      description: "How long calls took, with all attempts and waits.",
      advice: { explicitBucketBoundaries: [...DURATION_BOUNDS] },
    }),
  };
}

function counting(policy: string, meter: Meter): (fact: Fact) => void {
  const { calls, attempts, refusals, retries, changes, durations, shadow, ...more } =
    instruments(meter);
  const { skips, cache, shed, limits } = more;
  const times = new CallTimes();
  return (fact) => {
    if (fact.shadow === true) {
      shadow.add(1, { policy, decision: fact.type });
      return;
    }
    times.begins(fact);
    switch (fact.type) {
      case "callEnded": {
        const { outcome } = fact;
        calls.add(1, { policy, outcome });
        const tookMs = times.ends(fact);
        if (tookMs !== undefined) durations.record(tookMs / 1000, { policy, outcome });
        break;
      }
      case "attemptEnded":
        attempts.add(1, { policy, outcome: fact.outcome });
        break;
      case "attemptRefused":
        refusals.add(1, { policy, reason: fact.reason });
        break;
      case "retryScheduled":
        retries.add(1, { policy });
        break;
      case "limitChanged":
        limits.record(fact.limit, { policy });
        break;
      case "hedgeSkipped":
        skips.add(1, { policy, reason: fact.reason });
        break;
      case "requestShed":
        shed.add(1, { policy, reason: fact.reason });
        break;
      default:
        if (fact.type in LOOKUPS) {
          cache.add(1, { policy, result: LOOKUPS[fact.type as CacheFact["type"]] });
        } else if (isCircuitFact(fact)) changes.add(1, { policy, change: fact.type });
    }
  };
}
