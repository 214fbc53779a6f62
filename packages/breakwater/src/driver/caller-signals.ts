/**
 * Calls that a caller's AbortSignal ends. However many calls share one signal, it carries one listener of ours, and
 * none while no call is under way; joining and leaving cost the same however many there are.
 */

/** A call that can be ended by a signal; the links are the group's. */
export interface Cancellable {
  group: SignalGroup | undefined;
  before: Cancellable | undefined;
  after: Cancellable | undefined;
  cancel(reason: unknown): void;
}

export class SignalGroup {
  readonly #signal: AbortSignal;
  #first: Cancellable | undefined = undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  join(call: Cancellable): void {
    const first = this.#first;
    if (first === undefined) this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    else first.before = call;
    call.after = first;
    call.group = this;
    this.#first = call;
  }

  leave(call: Cancellable): void {
    const { before, after } = call;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    call.before = call.after = call.group = undefined;
    if (this.#first === undefined) this.#signal.removeEventListener("abort", this.#onAbort);
  }

  /** A cancelled call leaves, so the next one is the first. */
  readonly #onAbort = (): void => {
    for (let call = this.#first; call !== undefined; call = this.#first) {
      this.leave(call);
      call.cancel(this.#signal.reason);
    }
  };
}

export class CallerSignals {
  readonly #groups = new WeakMap<AbortSignal, SignalGroup>();

  join(signal: AbortSignal, call: Cancellable): void {
    let group = this.#groups.get(signal);
    if (group === undefined) {
      group = new SignalGroup(signal);
      this.#groups.set(signal, group);
    }
    group.join(call);
  }
}
