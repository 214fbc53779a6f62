/**
 * Calls of a model under a policy: the model says what an attempt does, the toolkit's own call engine says when one is
 * made, given up or tried again.
 */
import { CallEngine, EVERY_PART, type Outcome, resolvePolicy } from "@breakwater/policy";
import type { PolicyData } from "@breakwater/scenario";
import { derive, type Key, PURPOSE, uniform } from "@breakwater/scenario/plan";
import { Alarm } from "../kernel/event-queue.ts";
import type { Kernel } from "../kernel/kernel.ts";
import {
  type CallTarget,
  VirtualCall,
  VirtualCaller,
  VirtualEngine,
} from "../kernel/virtual-caller.ts";
import { RandomStream } from "./random-stream.ts";

/** One try of a call, as the model sees it. */
export interface Attempt {
  /** Which call of its client: 0 is the first. */
  readonly call: number;
  /** Which try of the call: 1 is the first. */
  readonly number: number;
  /** Random numbers of this attempt's own. */
  readonly random: RandomStream;
  /** Nobody waits for it any more: its timeout or deadline is over, or another attempt was faster. */
  readonly isGivenUp: boolean;
  /** Ends the attempt, now. Further answers are ignored. */
  answer(ok: boolean): void;
}

export interface ClientOptions {
  /** Its random numbers follow from it: give each client of a model another one. */
  readonly name: string;
  /** None unless set: one attempt per call, however long it takes. */
  readonly policy?: PolicyData;
  /** What an attempt does; it has to lead to `attempt.answer(...)`, at once or later. */
  readonly attempt: (attempt: Attempt) => void;
}

class ClientCall extends VirtualCall {
  readonly key: Key;
  readonly onSettled: ((outcome: Outcome) => void) | undefined;
  readonly unanswered = new Map<number, Try>();

  constructor(
    id: number,
    virtual: VirtualEngine,
    caller: VirtualCaller<ClientCall>,
    key: Key,
    onSettled: ((outcome: Outcome) => void) | undefined,
  ) {
    super(id, virtual, caller);
    this.key = key;
    this.onSettled = onSettled;
  }
}

class Try implements Attempt {
  readonly call: number;
  readonly number: number;
  readonly random: RandomStream;
  isGivenUp = false;
  readonly #answer: (ok: boolean) => void;

  constructor(call: ClientCall, answer: (ok: boolean) => void) {
    this.call = call.id;
    this.number = call.attempt;
    this.random = new RandomStream(derive(call.key, call.attempt));
    this.#answer = answer;
  }

  answer(ok: boolean): void {
    this.#answer(ok);
  }
}

export class Client {
  /** Calls made. */
  calls = 0;
  /** Attempts made. */
  attempts = 0;
  readonly #outcomes = new Map<Outcome, number>();
  readonly #kernel: Kernel;
  readonly #key: Key;
  readonly #attempt: (attempt: Attempt) => void;
  readonly #virtual: VirtualEngine;
  readonly #caller: VirtualCaller<ClientCall>;

  /** Made by `Simulation.client`. */
  constructor(kernel: Kernel, key: Key, { policy = {}, attempt }: ClientOptions) {
    this.#kernel = kernel;
    this.#key = key;
    this.#attempt = attempt;
    const engine = new CallEngine(resolvePolicy(policy as Parameters<typeof resolvePolicy>[0]), {
      parts: EVERY_PART,
      random: (of, purpose) => {
        const { hi, lo } = (of as ClientCall).key;
        return uniform(hi, lo, PURPOSE[purpose] + of.tries);
      },
    });
    this.#virtual = new VirtualEngine(kernel, engine);
    const target: CallTarget<ClientCall> = {
      send: (call) => this.#send(call),
      giveUp: (call, number) => this.#giveUp(call, number),
      settled: (call) => this.#settled(call),
    };
    this.#caller = new VirtualCaller(kernel, target);
  }

  /** Makes a call now; `onSettled` hears how it ended, which may be at once. */
  call(onSettled?: (outcome: Outcome) => void): void {
    const id = this.calls++;
    const key = derive(this.#key, id);
    this.#caller.start(new ClientCall(id, this.#virtual, this.#caller, key, onSettled));
  }

  /** Calls that ended so. */
  ended(outcome: Outcome): number {
    return this.#outcomes.get(outcome) ?? 0;
  }

  #send(call: ClientCall): void {
    this.attempts++;
    let sending = true;
    const attempt = new Try(call, (ok) => {
      if (call.unanswered.get(attempt.number) !== attempt) return;
      call.unanswered.delete(attempt.number);
      const end = () => this.#caller.answer(call, attempt.number, ok);
      // The engine takes no answer while it sends.
      if (sending) this.#kernel.after(0, new Alarm({ fire: end }));
      else end();
    });
    call.unanswered.set(attempt.number, attempt);
    this.#attempt(attempt);
    sending = false;
  }

  #giveUp(call: ClientCall, number: number): boolean {
    const attempt = call.unanswered.get(number);
    if (attempt !== undefined) attempt.isGivenUp = true;
    return false;
  }

  #settled(call: ClientCall): void {
    const { outcome } = call;
    if (outcome === undefined) return;
    this.#outcomes.set(outcome, this.ended(outcome) + 1);
    call.onSettled?.(outcome);
  }
}
