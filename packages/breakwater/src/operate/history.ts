import {
  type CircuitFact,
  type Fact,
  InvalidOptionsError,
  isCircuitFact,
  isCircuitRefusal,
} from "@breakwater/policy";

/** A call, or one thing that happened outside of calls, with the facts that it is made of. */
export interface Remembered {
  /** Undefined for a change of the circuit, and for what a cache or a load shedder did. */
  readonly callId: number | undefined;
  readonly facts: Fact[];
  /** The change of the circuit that was in force when the circuit refused the call. */
  circuit: CircuitFact | undefined;
}

const MOST = 100_000;

/**
 * The latest calls and changes of the circuit. Bounded by their number; a call adds a few facts per attempt. A call
 * is remembered from its beginning or not at all, so no explanation starts in the middle.
 */
export class History {
  /** A ring: the oldest is at #next once it is full. */
  readonly #ring: Remembered[] = [];
  readonly #size: number;
  #next = 0;
  readonly #calls = new Map<number, Remembered>();
  #latestCall: number;
  #circuit: CircuitFact | undefined = undefined;

  /** @throws InvalidOptionsError when the size is no whole number from 1 to 100,000 */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1 || size > MOST)
      throw new InvalidOptionsError([wrong(size)]);
    this.#size = size;
    this.#latestCall = 0;
  }

  readonly tell = (fact: Fact): void => {
    if (!("callId" in fact)) {
      if (fact.shadow !== true && isCircuitFact(fact)) this.#circuit = fact;
      this.#remember({ callId: undefined, facts: [fact], circuit: undefined });
      return;
    }
    const { callId } = fact;
    // Numbers rise, and the first fact of a call comes when it starts.
    if (callId > this.#latestCall) {
      this.#latestCall = callId;
      const begun: Remembered = { callId, facts: [], circuit: undefined };
      this.#calls.set(callId, begun);
      this.#remember(begun);
    }
    const call = this.#calls.get(callId);
    if (call === undefined) return;
    call.facts.push(fact);
    if (fact.shadow !== true && fact.type === "attemptRefused" && isCircuitRefusal(fact.reason))
      call.circuit = this.#circuit;
  };

  /** The latest `count`, oldest first. */
  latest(count: number): Remembered[] {
    const inOrder = [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
    return count > 0 ? inOrder.slice(-count) : [];
  }

  #remember(remembered: Remembered): void {
    if (this.#ring.length < this.#size) {
      this.#ring.push(remembered);
      return;
    }
    const oldest = this.#ring[this.#next];
    if (oldest?.callId !== undefined) this.#calls.delete(oldest.callId);
    this.#ring[this.#next] = remembered;
    this.#next = (this.#next + 1) % this.#size;
  }
}

function wrong(size: number) {
  return {
    path: "history",
    value: size,
    message: `${size} is not a number of calls to remember`,
    allowed: `a whole number from 1 to ${MOST}`,
    fix: "leave it out to remember nothing",
  };
}
