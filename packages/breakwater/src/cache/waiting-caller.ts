import type { Clock, Scheduled } from "../clock/clock.ts";
import type { CallerSignals, Cancellable, Membership } from "../driver/caller-signals.ts";
import { deadlineError } from "../errors.ts";
import type { CallResult, RunOptions } from "../types.ts";
import type { Flight, Passenger } from "./flight.ts";

/** What a caller brings along, and what is told when the flight was aborted because the last caller left. */
export interface Ticket {
  readonly clock: Clock;
  readonly signals: CallerSignals;
  readonly policyName: string;
  readonly options: RunOptions;
  readonly abandoned: () => void;
}

/** A caller that waits for a flight: until it lands, its own deadline passes or its own signal says so. */
export class WaitingCaller implements Passenger, Cancellable {
  readonly #flight: Flight;
  readonly #ticket: Ticket;
  readonly #resolve: (result: CallResult<unknown, unknown>) => void;
  #membership: Membership | undefined = undefined;
  #timer: Scheduled | undefined = undefined;

  constructor(
    flight: Flight,
    ticket: Ticket,
    resolve: (result: CallResult<unknown, unknown>) => void,
  ) {
    this.#flight = flight;
    this.#ticket = ticket;
    this.#resolve = resolve;
    const { signal, deadlineAtMs } = ticket.options;
    if (signal !== undefined) this.#membership = ticket.signals.join(signal, this);
    if (deadlineAtMs !== undefined && deadlineAtMs < Infinity) this.#wakeAt(deadlineAtMs);
    flight.board(this);
  }

  land(result: CallResult<unknown, unknown>): void {
    this.#tidy();
    this.#resolve(result);
  }

  /** The caller's signal. */
  cancel(reason: unknown): void {
    this.#leave(cancelled(reason));
  }

  #wakeAt(atMs: number): void {
    const { clock, policyName } = this.#ticket;
    this.#timer = clock.schedule(atMs, () => {
      this.#timer = undefined;
      // A timer of the platform may ring a moment too soon.
      if (clock.now() < atMs) this.#wakeAt(atMs);
      else this.#leave(timedOut(policyName));
    });
  }

  #leave(result: CallResult<never, never>): void {
    this.#tidy();
    this.#resolve(result);
    if (!this.#flight.leave(this, result.error)) this.#ticket.abandoned();
  }

  #tidy(): void {
    this.#membership?.leave();
    this.#membership = undefined;
    if (this.#timer !== undefined) this.#ticket.clock.cancel(this.#timer);
    this.#timer = undefined;
  }
}

/** A caller that left. */
export function cancelled(reason: unknown): CallResult<never, never> {
  return { ...NOTHING, outcome: "cancelled", error: reason, cause: undefined };
}

/** A caller whose own deadline has passed. */
export function timedOut(policyName: string): CallResult<never, never> {
  const error = deadlineError(policyName, undefined);
  return { ...NOTHING, outcome: "timedOut", error, cause: "timedOut" };
}

const NOTHING = { value: undefined, attempts: 0, freshness: undefined, ageMs: undefined } as const;
