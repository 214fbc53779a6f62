import {
  type CircuitFact,
  EVERY_PART,
  type Fact,
  type FactListener,
  type PolicyOptions,
  type ResolvedPolicy,
  resolvePolicy,
} from "@breakwater/policy";
import { type BreakerHandle, breakerHandle } from "./breaker-handle.ts";
import type { Clock } from "./clock/clock.ts";
import { realClock } from "./clock/real-clock.ts";
import type { AttemptContext } from "./driver/attempt.ts";
import { Driver } from "./driver/driver.ts";
import { FactListeners, warnOfListenerError } from "./driver/fact-listeners.ts";
import { fastPath } from "./driver/quick-calls.ts";
import type { CallFunction } from "./driver/running-call.ts";
import { type Explanation, explain } from "./operate/explain.ts";
import { History } from "./operate/history.ts";
import { carryState, checkName, keptSettings, type Reconfigured } from "./operate/reconfigure.ts";
import { Shadow } from "./operate/shadow.ts";
import { checkShadow, enforced } from "./operate/shadow-parts.ts";
import { SURROUND, type Surround, type TakesFacts, TELL } from "./operate/tell.ts";
import type { CallResult, Policy, RunOptions, Runtime, TypedPolicyOptions } from "./types.ts";

/**
 * Makes a policy from its options. One policy is made once and used for many calls: its circuit breaker judges all of
 * them.
 * @throws InvalidOptionsError that lists everything that is wrong with the options
 */
export function policy<F = never>(
  options: TypedPolicyOptions<F>,
  runtime: Runtime = {},
): Policy<F> {
  return new DrivenPolicy<F>(options, runtime);
}

class DrivenPolicy<F> implements Policy<F>, TakesFacts {
  readonly name: string;
  options: TypedPolicyOptions<F>;
  breaker: BreakerHandle | undefined;
  #driver: Driver;
  readonly clock: Clock;
  readonly #random: () => number;
  readonly #listeners: FactListeners;
  readonly #circuitListeners: FactListeners;
  readonly #history: History | undefined = undefined;
  readonly #shadowed: Runtime["shadow"];
  #shadow: Shadow | undefined = undefined;
  #surround: Surround | undefined = undefined;

  constructor(options: TypedPolicyOptions<F>, runtime: Runtime) {
    const { clock = realClock, random = Math.random, onListenerError, history, shadow } = runtime;
    checkShadow(shadow);
    const resolved = resolvePolicy(options as PolicyOptions);
    const { fallback } = options as PolicyOptions;
    this.name = resolved.name;
    this.options = options;
    this.#listeners = new FactListeners(onListenerError ?? warnOfListenerError);
    this.#circuitListeners = new FactListeners(onListenerError ?? warnOfListenerError);
    this.clock = clock;
    this.#random = random;
    this.#shadowed = shadow;
    this.#driver = new Driver(this.#enforced(resolved), fallback, clock, {
      parts: EVERY_PART,
      fastPath,
      random,
      onCircuit: this.#tellOfCircuit,
    });
    this.#listen();
    this.breaker = breakerHandle(this.#driver.engine, clock);
    if (history !== undefined) {
      this.#history = new History(history);
      this.onFact(this.#history.tell);
    }
  }

  run<T>(attempt: (context: AttemptContext) => T, options?: RunOptions): Promise<Awaited<T> | F> {
    return this.#driver.run(this.#surrounded(attempt), false, options) as Promise<Awaited<T> | F>;
  }

  runOutcome<T>(
    attempt: (context: AttemptContext) => T,
    options?: RunOptions,
  ): Promise<CallResult<Awaited<T>, F>> {
    return this.#driver.run(this.#surrounded(attempt), true, options) as Promise<
      CallResult<Awaited<T>, F>
    >;
  }

  onFact(listener: FactListener): () => void {
    const remove = this.#listeners.add(listener);
    this.#listen();
    return () => {
      remove();
      this.#listen();
    };
  }

  onCircuit(listener: (fact: CircuitFact) => void): () => void {
    return this.#circuitListeners.add(listener as FactListener);
  }

  [TELL](make: () => Fact): void {
    if (this.#listeners.size > 0) this.#listeners.tell(make());
  }

  [SURROUND](surround: Surround): () => void {
    const before = this.#surround;
    const own: Surround = (run, id) => surround(before?.(run, id) ?? run, id);
    this.#surround = own;
    return () => {
      if (this.#surround === own) this.#surround = before;
    };
  }

  #surrounded(run: CallFunction): CallFunction {
    return this.#surround === undefined ? run : this.#surround(run, this.#driver.calls + 1);
  }

  reconfigure(options: TypedPolicyOptions<F>): Reconfigured {
    const wanted = resolvePolicy(options as PolicyOptions);
    checkName(this.name, wanted);
    const resolved = this.#enforced(wanted);
    const { engine: before, calls } = this.#driver;
    const onCircuit = this.#tellOfCircuit;
    const kept = keptSettings(before, resolved);
    const settings = { ...kept, fastPath, random: this.#random, onCircuit };
    const { fallback } = options as PolicyOptions;
    const driver = new Driver(resolved, fallback, this.clock, settings, calls);
    const report = carryState(before, driver.engine, this.clock.now());
    // What is still under way there goes on telling whoever will listen.
    before.onFact = this.#tell;
    this.#driver = driver;
    this.#listen();
    this.options = options;
    if (before.breaker !== driver.engine.breaker) {
      this.breaker = breakerHandle(driver.engine, this.clock);
    }
    driver.engine.flow.fillPlaces(this.clock.now());
    driver.followResumed();
    return report;
  }

  explain(count = 20): Explanation[] {
    if (this.#history === undefined) return [];
    return explain(this.#history, this.options as PolicyOptions, count);
  }

  /** What is left of the policy to enforce; a shadow of the rest is made. */
  #enforced(resolved: ResolvedPolicy): ResolvedPolicy {
    const shadowed = this.#shadowed;
    if (shadowed === undefined) return resolved;
    if (this.#shadow === undefined) {
      this.#shadow = new Shadow(resolved, shadowed, this.#random, this.#listeners.tell);
    } else this.#shadow.reconfigure(resolved, this.clock.now());
    return enforced(resolved, shadowed);
  }

  /** Has facts made only while somebody hears of them. */
  #listen(): void {
    const heard = this.#listeners.size > 0 || this.#shadow !== undefined;
    this.#driver.engine.onFact = heard ? this.#tell : undefined;
  }

  /** A circuit that is kept when the policy is reconfigured goes on telling of itself here. */
  readonly #tellOfCircuit = (fact: CircuitFact): void => {
    this.#circuitListeners.tell(fact);
    this.#tell(fact);
  };

  readonly #tell = (fact: Fact): void => {
    // What a shadow has to say about a call comes before the call's end, and otherwise after what it is about.
    if (fact.type === "callEnded") this.#shadow?.hear(fact);
    this.#listeners.tell(fact);
    if (fact.type !== "callEnded") this.#shadow?.hear(fact);
  };
}
