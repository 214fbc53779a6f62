import type { CallResult } from "../types.ts";

/** Somebody who waits for a flight to land. */
export interface Passenger {
  /** Told once how the flight ended; the passenger is not aboard any more. */
  land(result: CallResult<unknown, unknown>): void;
}

/**
 * One call that several callers share. It goes on while one of them waits, and is aborted when the last one has left:
 * nobody can end it for the others. One that only refreshes an old answer waits for nobody.
 */
export class Flight {
  readonly number: number;
  readonly #controller = new AbortController();
  readonly #aboard = new Set<Passenger>();
  readonly #refreshes: boolean;
  #landed = false;

  constructor(number: number, refreshes: boolean) {
    this.number = number;
    this.#refreshes = refreshes;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  board(passenger: Passenger): void {
    this.#aboard.add(passenger);
  }

  /** Returns whether the flight goes on; otherwise it was aborted. */
  leave(passenger: Passenger, reason: unknown): boolean {
    this.#aboard.delete(passenger);
    if (this.#landed || this.#refreshes || this.#aboard.size > 0) return true;
    this.#controller.abort(reason);
    return false;
  }

  land(result: CallResult<unknown, unknown>): void {
    this.#landed = true;
    for (const passenger of this.#aboard) passenger.land(result);
    this.#aboard.clear();
  }
}
