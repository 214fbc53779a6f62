/**
 * One call of the action, from its start to its end.
 *
 * Invariants
 *   1. The caller is answered exactly once: by the action, or at the timeout.
 *   2. The place that the action takes is given back when it has really ended, which may be after the timeout.
 */
import type { Scheduled } from "../clock/clock.ts";
import { realClock } from "../clock/real-clock.ts";
import type { Circuit } from "./circuit.ts";
import { BreakerError } from "./errors.ts";
import type { Events } from "./events.ts";
import type { Counter } from "./status.ts";
import type { Stores } from "./stores.ts";

/** What a firing needs of its breaker. */
export interface Host {
  readonly circuit: Circuit;
  readonly stores: Stores;
  /** 0 for none. */
  readonly timeoutMs: number;
  takePlace(): boolean;
  freePlace(): void;
  filters(error: unknown, args: unknown[]): boolean;
  /** Counts, then tells the listeners. */
  tell(event: keyof Events, counter: Counter, latencyMs: number, ...args: unknown[]): void;
  /** Undefined when there is no fallback. */
  standIn(error: unknown, args: unknown[]): Promise<unknown> | undefined;
}

export class Firing {
  readonly #host: Host;
  readonly #args: unknown[];
  readonly #key: string;
  readonly #startedAtMs = realClock.now();
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #controller: AbortController | undefined = undefined;
  #timer: Scheduled | undefined = undefined;
  #settled = false;
  #permit = 0;

  constructor(
    host: Host,
    args: unknown[],
    key: string,
    resolve: (value: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#host = host;
    this.#args = args;
    this.#key = key;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Aborted at the timeout. Made when it is first read. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  start(action: () => unknown): void {
    const { circuit, timeoutMs } = this.#host;
    if (!this.#host.takePlace()) {
      this.#refuse();
      return;
    }
    this.#permit = circuit.acquire();
    if (timeoutMs > 0) {
      this.#timer = realClock.schedule(this.#startedAtMs + timeoutMs, () => this.#timeOut());
    }
    try {
      const answer = Promise.resolve(action());
      answer.then(
        (result) => this.#succeed(result, answer),
        (error) => this.#failed(error),
      );
    } catch (error) {
      this.#failed(error);
    }
  }

  #succeed(result: unknown, answer: Promise<unknown>): void {
    this.#host.freePlace();
    if (!this.#settle()) return;
    const latencyMs = this.#latencyMs();
    // First the circuit, then the event: listeners to "success" find a circuit that this success has closed.
    this.#host.circuit.record(this.#permit, false, latencyMs);
    this.#host.tell("success", "successes", latencyMs, result, latencyMs);
    this.#host.stores.ended(this.#key, "success");
    this.#resolve(result);
    this.#host.stores.answered(this.#key, answer);
  }

  #failed(error: unknown): void {
    this.#host.freePlace();
    if (!this.#settle()) return;
    this.#fail(error, this.#latencyMs(), true);
    this.#host.stores.ended(this.#key, "error");
  }

  #timeOut(): void {
    if (!this.#settle()) return;
    const error = new BreakerError("ETIMEDOUT", `Timed out after ${this.#host.timeoutMs}ms`);
    const latencyMs = this.#latencyMs();
    this.#host.tell("timeout", "timeouts", latencyMs, error, latencyMs, this.#args);
    this.#fail(error, latencyMs, true);
    this.#host.stores.ended(this.#key, "timeout");
    this.#controller?.abort(error);
  }

  /** It never went out, so it says nothing about the dependency, and the circuit does not hear of it. */
  #refuse(): void {
    this.#settled = true;
    const error = new BreakerError("ESEMLOCKED", "Semaphore locked");
    this.#host.tell("semaphoreLocked", "semaphoreRejections", 0, error, 0);
    this.#fail(error, 0, false);
    this.#host.stores.ended(this.#key, "refused");
  }

  #fail(error: unknown, latencyMs: number, wentOut: boolean): void {
    const filtered = this.#host.filters(error, this.#args);
    if (filtered) {
      if (wentOut) this.#host.circuit.record(this.#permit, false, latencyMs);
      this.#host.tell("success", "successes", latencyMs, error, latencyMs);
      this.#reject(error);
      return;
    }
    this.#host.tell("failure", "failures", latencyMs, error, latencyMs, this.#args);
    if (wentOut) this.#host.circuit.record(this.#permit, true, latencyMs);
    const standIn = this.#host.standIn(error, this.#args);
    if (standIn === undefined) this.#reject(error);
    else this.#resolve(standIn);
  }

  /** False when the caller has been answered before. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    if (this.#timer !== undefined) realClock.cancel(this.#timer);
    return true;
  }

  #latencyMs(): number {
    return realClock.now() - this.#startedAtMs;
  }
}
