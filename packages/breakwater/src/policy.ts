import { type FactListener, type PolicyOptions, resolvePolicy } from "@breakwater/policy";
import { type BreakerHandle, breakerHandle } from "./breaker-handle.ts";
import type { Clock } from "./clock/clock.ts";
import { realClock } from "./clock/real-clock.ts";
import type { AttemptContext } from "./driver/attempt.ts";
import { Driver } from "./driver/driver.ts";
import { FactListeners, warnOfListenerError } from "./driver/fact-listeners.ts";
import { type Explanation, explain } from "./operate/explain.ts";
import { History } from "./operate/history.ts";
import { carryState, checkName, keptSettings, type Reconfigured } from "./operate/reconfigure.ts";
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

class DrivenPolicy<F> implements Policy<F> {
  readonly name: string;
  options: TypedPolicyOptions<F>;
  breaker: BreakerHandle | undefined;
  #driver: Driver;
  readonly clock: Clock;
  readonly #random: () => number;
  readonly #listeners: FactListeners;
  readonly #history: History | undefined = undefined;

  constructor(options: TypedPolicyOptions<F>, runtime: Runtime) {
    const { clock = realClock, random = Math.random, onListenerError, history } = runtime;
    const resolved = resolvePolicy(options as PolicyOptions);
    const { fallback } = options as PolicyOptions;
    this.name = resolved.name;
    this.options = options;
    this.#listeners = new FactListeners(onListenerError ?? warnOfListenerError);
    this.clock = clock;
    this.#random = random;
    this.#driver = new Driver(resolved, fallback, clock, { random });
    this.breaker = breakerHandle(this.#driver.engine, clock);
    if (history !== undefined) {
      this.#history = new History(history);
      this.onFact(this.#history.tell);
    }
  }

  run<T>(attempt: (context: AttemptContext) => T, options?: RunOptions): Promise<Awaited<T> | F> {
    return this.#driver.run(attempt, false, options) as Promise<Awaited<T> | F>;
  }

  runOutcome<T>(
    attempt: (context: AttemptContext) => T,
    options?: RunOptions,
  ): Promise<CallResult<Awaited<T>, F>> {
    return this.#driver.run(attempt, true, options) as Promise<CallResult<Awaited<T>, F>>;
  }

  onFact(listener: FactListener): () => void {
    const remove = this.#listeners.add(listener);
    this.#driver.engine.onFact = this.#listeners.tell;
    return () => {
      remove();
      if (this.#listeners.size === 0) this.#driver.engine.onFact = undefined;
    };
  }

  reconfigure(options: TypedPolicyOptions<F>): Reconfigured {
    const resolved = resolvePolicy(options as PolicyOptions);
    checkName(this.name, resolved);
    const { engine: before, calls } = this.#driver;
    const settings = { random: this.#random, ...keptSettings(before, resolved) };
    const { fallback } = options as PolicyOptions;
    const driver = new Driver(resolved, fallback, this.clock, settings, calls);
    const report = carryState(before, driver.engine, this.clock.now());
    driver.engine.onFact = before.onFact;
    // What is still under way there, and a circuit that was kept, go on telling whoever will listen.
    before.onFact = this.#listeners.tell;
    this.#driver = driver;
    this.options = options;
    if (before.breaker !== driver.engine.breaker) {
      this.breaker = breakerHandle(driver.engine, this.clock);
    }
    return report;
  }

  explain(count = 20): Explanation[] {
    if (this.#history === undefined) return [];
    return explain(this.#history, this.options as PolicyOptions, count);
  }
}
