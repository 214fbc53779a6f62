/**
 * Calls that a caller's AbortSignal ends. However many calls share one signal, it carries one listener of ours, and
 * none while no call is under way; joining and leaving cost the same however many there are.
 */

/** A call that can be ended by a signal. */
export interface Cancellable {
  cancel(reason: unknown): void;
}

/** A call's place on a signal. */
export class Membership {
  readonly call: Cancellable;
  readonly #group: SignalGroup;
  before: Membership | undefined = undefined;
  after: Membership | undefined = undefined;

  constructor(call: Cancellable, group: SignalGroup) {
    this.call = call;
    this.#group = group;
  }

  /** To be called once. */
  leave(): void {
    this.#group.leave(this);
  }
}

class SignalGroup {
  readonly #signal: AbortSignal;
  #first: Membership | undefined = undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  join(call: Cancellable): Membership {
    const member = new Membership(call, this);
    const first = this.#first;
    if (first === undefined) this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    else first.before = member;
    member.after = first;
    this.#first = member;
    return member;
  }

  leave(member: Membership): void {
    const { before, after } = member;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after !== undefined) after.before = before;
    member.before = member.after = undefined;
    if (this.#first === undefined) this.#signal.removeEventListener("abort", this.#onAbort);
  }

  /** A cancelled call leaves as it ends, so the next one is the first. */
  readonly #onAbort = (): void => {
    for (let member = this.#first; member !== undefined; member = this.#first) {
      member.call.cancel(this.#signal.reason);
    }
  };
}

export class CallerSignals {
  readonly #groups = new WeakMap<AbortSignal, SignalGroup>();

  join(signal: AbortSignal, call: Cancellable): Membership {
    let group = this.#groups.get(signal);
    if (group === undefined) {
      group = new SignalGroup(signal);
      this.#groups.set(signal, group);
    }
    return group.join(call);
  }
}
