import { realClock } from "../clock/real-clock.ts";
import { Caller } from "./caller.ts";
import { Circuit, type CircuitChange } from "./circuit.ts";
import { BreakerError } from "./errors.ts";
import { type Events, QuietEmitter } from "./events.ts";
import { type Options, type ResolvedOptions, resolveOptions, type SavedState } from "./options.ts";
import { type Stats, Status, type StatusOptions } from "./status.ts";

/**
 * opossum's CircuitBreaker, with its options, events, statistics and error codes, over Breakwater's machines. For code
 * that uses opossum today; new code is better off with `policy`. Where opossum has a bug, it behaves differently:
 * docs/migration/from-opossum.md lists every difference.
 */
export class CircuitBreaker<TI extends unknown[] = unknown[], TR = unknown> extends QuietEmitter<
  Events<TI, TR>
> {
  readonly action: (...args: TI) => unknown;
  /** With the defaults filled in. */
  readonly options: ResolvedOptions;
  readonly name: string;
  readonly group: string;
  readonly status: Status;
  readonly #circuit: Circuit;
  readonly #caller: Caller;
  #enabled: boolean;
  #shutDown = false;
  #warmUntilMs: number;
  #openedAt: number | undefined = undefined;
  #healthChecks: ReturnType<typeof setInterval>[] = [];

  /**
   * @throws InvalidOptionsError for options that are wrong, or that cannot be had here
   * @throws TypeError without an action
   */
  constructor(action: ((...args: TI) => PromiseLike<TR> | TR) | TR, options: Options<TI> = {}) {
    super();
    if (!action) throw new TypeError("a CircuitBreaker needs an action: a function to call");
    this.options = resolveOptions(options);
    this.action = typeof action === "function" ? (action as (...args: TI) => TR) : () => action;
    const functionName = typeof action === "function" ? action.name : "";
    this.name = options.name || functionName || crypto.randomUUID();
    this.group = options.group || this.name;
    this.status = statusOf(options.status, this.options);
    const { state } = options;
    this.#enabled = (state?.enabled ?? options.enabled) !== false;
    const warms = options.allowWarmUp === true || state?.warmUp === true;
    this.#warmUntilMs = warms ? realClock.now() + this.options.rollingCountTimeout : 0;
    this.#circuit = new Circuit(
      this.options,
      () => this.warmUp,
      (change) => this.#changed(change),
    );
    const emit = (event: keyof Events, ...args: unknown[]) => this.#emit(event, ...args);
    this.#caller = new Caller(this.options, this.#circuit, this.status, emit);
    if (options.fallback) this.fallback(options.fallback);
    if (options.status !== undefined) this.#remember();
    if (state !== undefined) this.#restore(state);
  }

  /** Whether an error was made by a breaker, as opposed to the action. */
  static isOurError(error: unknown): error is BreakerError {
    return error instanceof BreakerError;
  }

  /** Statistics to give to a new breaker as `status`. */
  static newStatus(options: StatusOptions): Status {
    return new Status(options);
  }

  get closed(): boolean {
    return !this.#shutDown && this.#circuit.state === "closed";
  }

  get opened(): boolean {
    return !this.#shutDown && this.#circuit.state === "open";
  }

  get halfOpen(): boolean {
    return !this.#shutDown && this.#circuit.state === "halfOpen";
  }

  get isShutdown(): boolean {
    return this.#shutDown;
  }

  /** Half-open, and the trial has not gone out yet. */
  get pendingClose(): boolean {
    return this.#circuit.awaitsTrial;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  get warmUp(): boolean {
    return this.#warmUntilMs > 0 && realClock.now() < this.#warmUntilMs;
  }

  get volumeThreshold(): number {
    return this.options.volumeThreshold;
  }

  get stats(): Stats {
    return this.status.stats;
  }

  toJSON(): { state: SavedState; status: Stats } {
    const { name, enabled, closed, opened: open, halfOpen, warmUp, isShutdown: shutdown } = this;
    const lastTimerAt = this.#openedAt;
    const state = { name, enabled, closed, open, halfOpen, warmUp, shutdown, lastTimerAt };
    return { state, status: this.stats };
  }

  /** What stands in for a call that failed or was refused: a function of the call's arguments and the error. */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments of the action, then the error, as in opossum's types
  fallback(standIn: ((...args: any[]) => unknown) | CircuitBreaker<any[], any>): this {
    this.#caller.standInFor =
      standIn instanceof CircuitBreaker ? (...args) => standIn.fire(...args) : standIn;
    return this;
  }

  fire(...args: TI): Promise<TR> {
    return this.call(this.action, ...args);
  }

  /** As `fire`, with a value for the action's `this`. */
  call(context: unknown, ...args: TI): Promise<TR> {
    if (this.#shutDown) {
      return Promise.reject(new BreakerError("ESHUTDOWN", "The circuit has been shutdown."));
    }
    this.#caller.tell("fire", "fires", 0, args);
    const action = () => this.action.apply(context, args);
    if (!this.#enabled) return new Promise((resolve) => resolve(action() as TR));
    try {
      return this.#caller.call(action, args) as Promise<TR>;
    } catch (error) {
      // A key that cannot be made, or a cache that cannot be read.
      return Promise.reject(error);
    }
  }

  /** Opens the circuit; it is half-open after `resetTimeout` as usual. */
  open(): void {
    if (!this.#shutDown) this.#circuit.open();
  }

  close(): void {
    if (!this.#shutDown) this.#circuit.close();
  }

  enable(): void {
    this.#enabled = true;
  }

  /** Calls go straight to the action from now on. */
  disable(): void {
    this.#enabled = false;
  }

  shutdown(): void {
    this.#emit("shutdown");
    this.disable();
    this.removeAllListeners();
    this.#circuit.shutdown();
    this.status.shutdown();
    for (const timer of this.#healthChecks) clearInterval(timer);
    this.#warmUntilMs = 0;
    this.#shutDown = true;
    this.clearCache();
  }

  clearCache(): void {
    this.#caller.stores.clear();
  }

  /** Checks now and then every `intervalMs`; a check that rejects opens the circuit. */
  healthCheck(check: () => unknown, intervalMs = 5000): void {
    if (typeof check !== "function") throw new TypeError("a health check has to be a function");
    if (!(intervalMs > 0)) throw new TypeError("the interval has to be a number of milliseconds");
    const run = () => {
      new Promise((resolve) => resolve(check.call(this))).catch((error: unknown) => {
        this.#emit("healthCheckFailed", error);
        this.open();
      });
    };
    const timer = setInterval(run, intervalMs);
    timer.unref?.();
    this.#healthChecks.push(timer);
    run();
  }

  /** Read at the beginning of the action, before its first await: the signal of this one call, aborted at its timeout. */
  getSignal(): AbortSignal | undefined {
    return this.#caller.signal;
  }

  #changed(change: CircuitChange): void {
    if (change === "open") {
      this.#openedAt = Date.now();
      this.status.open();
    }
    if (change === "close") this.status.close();
    this.#emit(change, ...(change === "halfOpen" ? [this.options.resetTimeout] : []));
  }

  #emit(event: keyof Events, ...args: unknown[]): void {
    this.emit(event as never, ...(args as never));
  }

  /** Calls of the given statistics that went out and ended are judged with those to come. */
  #remember(): void {
    const { failures, successes, semaphoreRejections } = this.stats;
    this.#circuit.remember(Math.max(0, failures - semaphoreRejections), successes);
  }

  #restore({ closed, halfOpen, shutdown, lastTimerAt }: SavedState): void {
    if (shutdown) this.shutdown();
    else if (closed !== false) return;
    else if (halfOpen) this.#circuit.halfOpen();
    else if (lastTimerAt !== undefined && Date.now() - lastTimerAt > this.options.resetTimeout) {
      this.#circuit.halfOpen();
    } else this.open();
  }
}

function statusOf(given: Options["status"], options: ResolvedOptions): Status {
  if (given instanceof Status) return given;
  return new Status({ ...(options as StatusOptions), stats: given });
}
