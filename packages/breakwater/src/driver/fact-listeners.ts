import type { Fact, FactListener } from "@breakwater/policy";

export type ListenerErrorHandler = (error: unknown, fact: Fact) => void;

/**
 * Who hears of a policy's facts. A listener that throws disturbs neither calls nor other listeners; the first error
 * of each listener is reported, later ones are dropped, for a listener that is broken is broken for every fact.
 */
export class FactListeners {
  readonly #subscriptions = new Set<Subscription>();
  readonly #onError: ListenerErrorHandler;

  constructor(onError: ListenerErrorHandler) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  /** Returns what ends the subscription. */
  add(listener: FactListener): () => void {
    const subscription = { listener, failed: false };
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  readonly tell = (fact: Fact): void => {
    for (const subscription of this.#subscriptions) {
      try {
        subscription.listener(fact);
      } catch (error) {
        if (!subscription.failed) this.#report(error, fact);
        subscription.failed = true;
      }
    }
  };

  #report(error: unknown, fact: Fact): void {
    try {
      this.#onError(error, fact);
    } catch {
      // The handler was the place to learn of errors. There is no further one, and no call may suffer for it.
    }
  }
}

interface Subscription {
  readonly listener: FactListener;
  failed: boolean;
}

/**
 * What happens to a listener's error when no handler was given: a warning of the process, which ends nothing and
 * which Node, Deno and Bun print or hand to `process.on("warning")`. A browser has no such place; there it is dropped.
 */
export function warnOfListenerError(error: unknown): void {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process?.emitWarning?.(`a listener threw and was isolated: ${text}`, "BreakwaterWarning");
}
