import type { FactListener, PolicyOptions } from "@breakwater/policy";
import { type PartName, type Parts, resolveParts } from "@breakwater/policy/parts";
import type { Clock } from "../clock/clock.ts";
import { realClock } from "../clock/real-clock.ts";
import type { AttemptContext } from "../driver/attempt.ts";
import { Driver, type FastPath } from "../driver/driver.ts";
import { FactListeners, warnOfListenerError } from "../driver/fact-listeners.ts";
import type { CallResult, CorePolicy, RunOptions, Runtime } from "../types.ts";
import { type BreakerControl, breakerControl } from "./breaker-control.ts";
import type { Checked } from "./checked.ts";

/** What a policy may be given. */
export interface CoreParts extends Parts {
  /** Wanted by no option: calls that go well, and refusals by an open circuit, cost less than half with it. */
  readonly fastPath?: FastPath;
}

/** The machinery that a policy with these options needs; more may be given. */
export type PartsFor<Options> = CoreParts & {
  readonly [Name in PartName as Given<Options, Name> extends never ? never : Name]-?: NonNullable<
    Parts[Name]
  >;
};

/** What the options may have under this name; never when they have nothing. */
type Given<Options, Name> = Options extends unknown
  ? Name extends keyof Options
    ? Exclude<Options[Name], undefined>
    : never
  : never;

/** What the fallback of these options answers; never without one. */
export type AnswerOf<Options> = Options extends { readonly fallback?: infer Fallback }
  ? Fallback extends { readonly value: infer Value }
    ? Value
    : Fallback extends (...context: never[]) => infer Answer
      ? Awaited<Answer>
      : never
  : never;

/**
 * Makes a policy from options that were checked before, with the machinery of the parts that it uses. Runs calls
 * exactly as the `policy` of `breakwater` does.
 * @throws TypeError when the options have a part that is not among `parts`
 */
export function policy<const Options extends PolicyOptions>(
  options: Checked<Options>,
  parts: PartsFor<Options>,
  runtime: Pick<Runtime, "clock" | "random" | "onListenerError"> = {},
): CorePolicy<AnswerOf<Options>> {
  return new BarePolicy(options, parts, runtime);
}

class BarePolicy<F> implements CorePolicy<F> {
  readonly name: string;
  readonly options: PolicyOptions;
  readonly clock: Clock;
  readonly breaker: BreakerControl | undefined;
  readonly #driver: Driver;
  readonly #listeners: FactListeners;

  constructor(options: PolicyOptions, parts: CoreParts, runtime: Runtime) {
    const { clock = realClock, random = Math.random, onListenerError } = runtime;
    const resolved = resolveParts(options, parts);
    this.name = resolved.name;
    this.options = options;
    this.clock = clock;
    this.#listeners = new FactListeners(onListenerError ?? warnOfListenerError);
    const { fastPath } = parts;
    this.#driver = new Driver(resolved, options.fallback, clock, { parts, fastPath, random });
    this.breaker = breakerControl(this.#driver.engine, clock);
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
    this.#listen();
    return () => {
      remove();
      this.#listen();
    };
  }

  /** Has facts made only while somebody hears of them. */
  #listen(): void {
    const { size, tell } = this.#listeners;
    this.#driver.engine.onFact = size > 0 ? tell : undefined;
  }
}
