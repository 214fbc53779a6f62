import {
  type CacheFact,
  type Fact,
  InvalidOptionsError,
  isCircuitFact,
  OUTCOMES,
} from "@breakwater/policy";
import { CallTimes } from "./call-times.ts";
import { CONTENT_TYPE, Histogram, Values } from "./exposition.ts";
import { DURATION_BOUNDS, LOOKUPS, type Measurable, STATES } from "./measurable.ts";

export interface PrometheusEndpoint {
  /** For the header Content-Type. */
  readonly contentType: string;
  /** All metrics, in the text format 0.0.4. */
  text(): string;
  /** Measures no longer; `text` still tells what was counted. */
  stop(): void;
}

/**
 * Counts what policies do, from now on, for a Prometheus server to fetch. The number of series is bounded: it depends
 * on the policies and on fixed sets of outcomes and reasons.
 * @throws InvalidOptionsError when two policies have the same name, for their series would be the same
 */
export function prometheus(policies: readonly Measurable[]): PrometheusEndpoint {
  const problems = policies.flatMap(({ name }, index) =>
    policies.findIndex((other) => other.name === name) < index ? [twice(name, index)] : [],
  );
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  const metrics = new Metrics();
  const stops = policies.map((policy) => metrics.measure(policy));
  return {
    contentType: CONTENT_TYPE,
    text: () => metrics.text(policies),
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}

function twice(name: string, index: number) {
  return {
    path: `policies[${index}].name`,
    value: name,
    message: `another policy is named "${name}"`,
    allowed: "each name once",
    fix: "give each policy a name of its own",
  };
}

function counter(name: string, help: string, label: string): Values {
  return new Values(name, "counter", help, ["policy", label]);
}

class Metrics {
  readonly #calls = counter("breakwater_calls_total", "Calls that have ended.", "outcome");
  readonly #durations = new Histogram(
    "breakwater_call_duration_seconds",
    "How long calls took, with all attempts and waits.",
    "policy",
    DURATION_BOUNDS,
  );
  readonly #attempts = counter("breakwater_attempts_total", "Attempts that have ended.", "outcome");
  readonly #refusals = counter(
    "breakwater_refusals_total",
    "Attempts refused on our own side.",
    "reason",
  );
  readonly #retries = new Values(
    "breakwater_retries_total",
    "counter",
    "Further tries that were decided on.",
    ["policy"],
  );
  readonly #stops = counter(
    "breakwater_retries_stopped_total",
    "Failed tries after which there was no other, although the policy has a retry.",
    "reason",
  );
  readonly #changes = counter(
    "breakwater_circuit_changes_total",
    "Changes of the circuit.",
    "change",
  );
  readonly #skips = counter(
    "breakwater_hedges_skipped_total",
    "Hedges that did not go out when their time had come.",
    "reason",
  );
  readonly #cache = counter(
    "breakwater_cache_answers_total",
    "What callers got who asked a cache around the policy.",
    "result",
  );
  readonly #shed = counter(
    "breakwater_requests_shed_total",
    "Requests that the load shedder before the policy sent away.",
    "reason",
  );
  readonly #limits = new Values(
    "breakwater_concurrency_limit",
    "gauge",
    "The limit that the concurrency limiter has found, since it first moved.",
    ["policy"],
  );
  readonly #shadow = counter(
    "breakwater_shadow_decisions_total",
    "What parts that are only tried out would have done.",
    "decision",
  );

  measure(policy: Measurable): () => void {
    const { name, breaker } = policy;
    for (const outcome of OUTCOMES) this.#calls.add([name, outcome], 0);
    this.#durations.declare(name);
    this.#retries.add([name], 0);
    if (breaker !== undefined) this.#changes.add([name, "circuitOpened"], 0);
    const times = new CallTimes();
    return policy.onFact((fact) => this.#count(name, fact, times));
  }

  text(policies: readonly Measurable[]): string {
    const states = new Values(
      "breakwater_circuit_state",
      "gauge",
      "1 for the state that the circuit is in, 0 for the others.",
      ["policy", "state"],
    );
    for (const { name, breaker } of policies) {
      const current = breaker?.state;
      if (current === undefined) continue;
      for (const state of STATES) states.set([name, state], state === current ? 1 : 0);
    }
    const counted = [this.#calls, this.#durations, this.#attempts, this.#refusals];
    const rest = [this.#retries, this.#stops, this.#skips, this.#changes, states, this.#limits];
    const around = [this.#cache, this.#shed, this.#shadow];
    return [...counted, ...rest, ...around].map((metric) => metric.text()).join("");
  }

  #count(name: string, fact: Fact, times: CallTimes): void {
    if (fact.shadow === true) {
      this.#shadow.add([name, fact.type]);
      return;
    }
    times.begins(fact);
    switch (fact.type) {
      case "callEnded": {
        this.#calls.add([name, fact.outcome]);
        const tookMs = times.ends(fact);
        if (tookMs !== undefined) this.#durations.observe(name, tookMs / 1000);
        break;
      }
      case "attemptEnded":
        this.#attempts.add([name, fact.outcome]);
        break;
      case "attemptRefused":
        this.#refusals.add([name, fact.reason]);
        break;
      case "retryScheduled":
        this.#retries.add([name]);
        break;
      case "retryStopped":
        this.#stops.add([name, fact.reason]);
        break;
      case "limitChanged":
        this.#limits.set([name], fact.limit);
        break;
      case "hedgeSkipped":
        this.#skips.add([name, fact.reason]);
        break;
      case "requestShed":
        this.#shed.add([name, fact.reason]);
        break;
      default:
        if (fact.type in LOOKUPS) this.#cache.add([name, LOOKUPS[fact.type as CacheFact["type"]]]);
        else if (isCircuitFact(fact)) this.#changes.add([name, fact.type]);
    }
  }
}
