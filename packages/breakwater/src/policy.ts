import { type FactListener, type PolicyOptions, resolvePolicy } from "@breakwater/policy";
import { type BreakerHandle, breakerHandle } from "./breaker-handle.ts";
import { realClock } from "./clock/real-clock.ts";
import type { AttemptContext } from "./driver/attempt.ts";
import { Driver } from "./driver/driver.ts";
import { FactListeners, warnOfListenerError } from "./driver/fact-listeners.ts";
import { type Explanation, explain } from "./operate/explain.ts";
import { History } from "./operate/history.ts";
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
  readonly options: TypedPolicyOptions<F>;
  readonly breaker: BreakerHandle | undefined;
  readonly #driver: Driver;
  readonly #listeners: FactListeners;
  readonly #history: History | undefined = undefined;

  constructor(options: TypedPolicyOptions<F>, runtime: Runtime) {
    const { clock = realClock, random = Math.random, onListenerError, history } = runtime;
    const resolved = resolvePolicy(options as PolicyOptions);
    const { fallback } = options as PolicyOptions;
    this.name = resolved.name;
    this.options = options;
    this.#listeners = new FactListeners(onListenerError ?? warnOfListenerError);
    this.#driver = new Driver(resolved, fallback, clock, random);
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
    const { engine } = this.#driver;
    const remove = this.#listeners.add(listener);
    engine.onFact = this.#listeners.tell;
    return () => {
      remove();
      if (this.#listeners.size === 0) engine.onFact = undefined;
    };
  }

  explain(count = 20): Explanation[] {
    if (this.#history === undefined) return [];
    return explain(this.#history, this.options as PolicyOptions, count);
  }
}
