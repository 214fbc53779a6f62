/**
 * A circuit that several processes share, without any of them being in charge. Each tells what its own calls have
 * taught it; when enough of those that are alive have the circuit open, the others open theirs too, before their own
 * calls have to fail. One sick process is never enough, and without the store each decides for itself.
 *
 * Inputs: the circuit's own changes, and a tick every so often.
 * Invariants
 *   1. Only evidence votes: a circuit that others have opened does not itself vote, so votes cannot keep each other up.
 *   2. The quorum opens a circuit once each time it comes about; from there the circuit tries and closes by itself.
 *   3. At most one exchange with the store is waited for, and no call ever waits for one.
 */
import {
  type CircuitFact,
  type Duration,
  InvalidOptionsError,
  parseDuration,
} from "@breakwater/policy";
import type { Clock } from "../clock/clock.ts";
import type { Policy } from "../types.ts";
import { backgroundClock } from "./background-clock.ts";
import type { SharedStore, VoteCount } from "./store.ts";

export interface ShareCircuitOptions {
  readonly store: SharedStore;
  /** The circuit's name in the store; the policy's unless given. */
  readonly name?: string;
  /** Tells the processes apart; random unless given. */
  readonly processId?: string;
  /** How many have to have the circuit open: both the share of live processes and the number. */
  readonly quorum?: {
    /** Above 0, up to 1; 0.5 unless given. */
    readonly share?: number;
    /** At least 2, so that one sick process opens nobody else's circuit; 2 unless given. */
    readonly minimum?: number;
  };
  /** Between two exchanges with the store; 1 s unless given. An exchange that takes longer counts as failed. */
  readonly every?: Duration;
  /** A process that has not been heard of for so long does not count; 5 s unless given, and longer than `every`. */
  readonly ttl?: Duration;
  /** The real clock unless given. */
  readonly clock?: Clock;
  /** Told the first error of each outage of the store. */
  readonly onError?: (error: unknown) => void;
}

export interface SharedCircuit {
  /** What was read last; undefined before the first exchange and while the store cannot be reached. */
  readonly votes: VoteCount | undefined;
  /** Whether enough of the live processes have the circuit open. */
  readonly quorum: boolean;
  /** Shares no more, and takes the vote back; never rejects. The circuit stays as it is. */
  stop(): Promise<void>;
}

type Shareable = Pick<Policy, "name" | "breaker" | "onCircuit">;

/** @throws InvalidOptionsError when an option is wrong, or the policy has no name or no circuit */
export function shareCircuit(policy: Shareable, options: ShareCircuitOptions): SharedCircuit {
  const resolved = resolve(policy, options);
  return new Sharing(policy, resolved);
}

function resolve(policy: Shareable, options: ShareCircuitOptions) {
  const { store, clock = backgroundClock, quorum = {}, onError = () => {} } = options;
  const { name = policy.name, processId = globalThis.crypto.randomUUID() } = options;
  const { share = 0.5, minimum = 2 } = quorum;
  const everyMs = parseDuration(options.every ?? "1s") ?? 0;
  const ttlMs = parseDuration(options.ttl ?? "5s") ?? 0;
  const problems = [
    wrong(policy.breaker !== undefined, "policy", policy.name, "a policy with a circuit breaker"),
    wrong(name !== "", "name", name, "a name that is not empty"),
    wrong(share > 0 && share <= 1, "quorum.share", share, "a number above 0, up to 1"),
    wrong(Number.isInteger(minimum) && minimum >= 2, "quorum.minimum", minimum, "2 or more"),
    wrong(everyMs >= 1, "every", options.every, "a duration from 1ms"),
    wrong(ttlMs > everyMs, "ttl", options.ttl, "a duration longer than every"),
  ].flat();
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return { store, clock, onError, name, processId, share, minimum, everyMs, ttlMs };
}

function wrong(good: boolean, path: string, value: unknown, allowed: string) {
  if (good) return [];
  const message = `${JSON.stringify(value)} does not do to share a circuit`;
  return [{ path, value, message, allowed, fix: `give ${allowed}` }];
}

class Sharing implements SharedCircuit {
  votes: VoteCount | undefined = undefined;
  quorum = false;
  readonly #policy: Shareable;
  readonly #options: ReturnType<typeof resolve>;
  readonly #stopListening: () => void;
  /** The circuit is not closed, and its own judgement opened it. */
  #evidence = false;
  #opening = false;
  #failing = false;
  #stopped = false;

  constructor(policy: Shareable, options: ReturnType<typeof resolve>) {
    this.#policy = policy;
    this.#options = options;
    this.#evidence = policy.breaker?.state === "open";
    this.#stopListening = policy.onCircuit((fact) => this.#hear(fact));
    this.#tick();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#stopListening();
    const { store, name, processId } = this.#options;
    await this.#inTime(store.publish({ name, processId, open: false, ttlMs: 0 })).catch(() => {});
  }

  #hear(fact: CircuitFact): void {
    if (fact.type === "circuitOpened") this.#evidence = !this.#opening;
    // What is isolated by hand says nothing about the dependency.
    if (fact.type === "circuitClosed" || fact.type === "circuitIsolated") this.#evidence = false;
  }

  async #tick(): Promise<void> {
    const { clock, everyMs } = this.#options;
    try {
      const votes = await this.#inTime(this.#exchange());
      if (this.#stopped) return;
      this.#failing = false;
      this.#decide(votes);
    } catch (error) {
      if (this.#stopped) return;
      this.#fail(error);
    }
    clock.schedule(clock.now() + everyMs, () => {
      if (!this.#stopped) this.#tick();
    });
  }

  async #exchange(): Promise<VoteCount> {
    const { store, name, processId, ttlMs } = this.#options;
    // However it came to be closed: a policy that was reconfigured has another circuit.
    if (this.#policy.breaker?.state === "closed") this.#evidence = false;
    await store.publish({ name, processId, open: this.#evidence, ttlMs });
    const { live, open } = await store.read(name);
    if (Number.isInteger(live) && Number.isInteger(open) && open >= 0 && open <= live) {
      return { live, open };
    }
    throw new Error(`the store counts ${open} open of ${live} live processes`);
  }

  #decide(votes: VoteCount): void {
    const { live, open } = votes;
    const { share, minimum } = this.#options;
    const before = this.quorum;
    this.votes = votes;
    this.quorum = open >= minimum && open / live >= share;
    if (!this.quorum || before) return;
    this.#opening = true;
    this.#policy.breaker?.open(`${open} of ${live} processes have it open`);
    this.#opening = false;
  }

  /** Nobody knows of others now. A quorum that is there when the store is back has come about anew. */
  #fail(error: unknown): void {
    this.votes = undefined;
    this.quorum = false;
    if (this.#failing) return;
    this.#failing = true;
    try {
      this.#options.onError(error);
    } catch {
      // The handler was the place to learn of errors; sharing goes on without it.
    }
  }

  /** What comes later than the next exchange would be is not waited for. */
  #inTime<T>(work: Promise<T>): Promise<T> {
    const { clock, everyMs } = this.#options;
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`the store has not answered within ${everyMs} ms`));
      const timer = clock.schedule(clock.now() + everyMs, late);
      work.then(resolve, reject).finally(() => clock.cancel(timer));
    });
  }
}
