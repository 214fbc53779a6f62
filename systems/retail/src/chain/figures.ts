/** What the breakers of a service did: counted for `GET /breaker`, and told line by line as in the seed. */
import type { Fact, Policy } from "breakwater";

export interface Figures {
  /** Calls that were asked for, and what became of them; each counts what it says since the start. */
  fires: number;
  successes: number;
  failures: number;
  timeouts: number;
  rejects: number;
  fallbacks: number;
  opens: number;
}

export interface BreakerView extends Figures {
  readonly policy: string;
  readonly state: string;
  /** Of attempts that ended, in milliseconds; 0 before the first. */
  readonly latencyMeanMs: number;
}

/** An event of the breaker, in the seed's words. */
const WORDS = {
  fallback: "fallback",
  success: "success",
  failure: "failed",
  timeout: "timed out",
  reject: "rejected",
  open: "opened",
  halfOpen: "halfOpened",
  close: "closed",
} as const;
type Event = keyof typeof WORDS;

const COUNTED: Partial<Record<Event, keyof Figures>> = {
  fallback: "fallbacks",
  success: "successes",
  failure: "failures",
  timeout: "timeouts",
  reject: "rejects",
  open: "opens",
};
const CIRCUIT: Partial<Record<Fact["type"], Event>> = {
  circuitOpened: "open",
  circuitHalfOpened: "halfOpen",
  circuitClosed: "close",
};
const ENDED: Readonly<Record<string, Event>> = {
  ok: "success",
  timedOut: "timeout",
  failed: "failure",
};

export type Say = (line: string) => void;

/** Figures of one policy. */
export class BreakerLog {
  readonly #policy: Policy;
  readonly #say: Say;
  readonly #figures: Figures = {
    fires: 0,
    successes: 0,
    failures: 0,
    timeouts: 0,
    rejects: 0,
    fallbacks: 0,
    opens: 0,
  };
  #latencySumMs = 0;
  #ended = 0;

  constructor(policy: Policy, say: Say) {
    this.#policy = policy;
    this.#say = say;
    policy.onFact((fact) => this.#hear(fact));
  }

  get view(): BreakerView {
    return {
      policy: this.#policy.name,
      state: this.#policy.breaker?.state ?? "closed",
      ...this.#figures,
      latencyMeanMs: this.#ended === 0 ? 0 : this.#latencySumMs / this.#ended,
    };
  }

  /** The caller was told that the rest will follow. */
  fellBack(): void {
    this.#event("fallback");
  }

  #hear(fact: Fact): void {
    if (fact.shadow === true) return;
    if (fact.type === "callEnded") this.#figures.fires++;
    if (fact.type === "attemptRefused") this.#event("reject");
    if (fact.type === "attemptEnded") {
      this.#latencySumMs += fact.latencyMs;
      this.#ended++;
      const event = ENDED[fact.outcome];
      if (event !== undefined) this.#event(event);
    }
    const change = CIRCUIT[fact.type];
    if (change !== undefined) this.#event(change);
  }

  #event(event: Event): void {
    const counted = COUNTED[event];
    if (counted !== undefined) this.#figures[counted]++;
    this.#say(`🔌 status:: ${WORDS[event]}`);
  }
}
