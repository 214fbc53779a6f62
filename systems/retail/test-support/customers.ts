/** Customers who place orders while services die, and remember what they were told. */
import { setTimeout as pause } from "node:timers/promises";

export interface Purchase {
  readonly id: string;
  /** Different for every order, so that a sum tells which were charged. */
  readonly amount: number;
  /** Answered with 200, 201 or 202. */
  accepted: boolean;
}

export interface CustomersOptions {
  readonly url: string;
  readonly count: number;
  /** Between two orders of one customer, in milliseconds. */
  readonly everyMs: number;
}

/** No customer waits longer for an answer. Milliseconds. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 50;
/** Every so manieth order is not repeated, whatever its answer. */
const ONLY_ONCE = 5;

export class Customers {
  readonly purchases: Purchase[] = [];
  /** Requests sent, those repeated included. */
  requests = 0;
  readonly #options: CustomersOptions;
  readonly #loops: Promise<void>[];
  #open = true;

  constructor(options: CustomersOptions) {
    this.#options = options;
    this.#loops = Array.from({ length: options.count }, () => this.#shop());
  }

  /** They place no new orders; what they have begun they bring to an end. */
  async leave(): Promise<void> {
    this.#open = false;
    await Promise.all(this.#loops);
  }

  async #shop(): Promise<void> {
    while (this.#open) {
      const number = this.purchases.length + 1;
      const purchase = { id: `order-${number}`, amount: number, accepted: false };
      this.purchases.push(purchase);
      await this.#buy(purchase, number);
      await pause(this.#options.everyMs);
    }
  }

  async #buy(purchase: Purchase, number: number): Promise<void> {
    const once = number % ONLY_ONCE === 0;
    const ask = () => this.#ask(purchase, number % 3 === 0 ? "/create" : "/orders");
    purchase.accepted = await ask();
    while (!purchase.accepted && !once) {
      await pause(PAUSE_MS);
      purchase.accepted = await ask();
    }
  }

  async #ask({ id, amount }: Purchase, path: string): Promise<boolean> {
    this.requests++;
    const shipment = { id: `s-${id}`, directions: "home" };
    const order = { id, items: [], payment: { id: `p-${id}`, amount, shipment } };
    try {
      const response = await fetch(this.#options.url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(order),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await response.text();
      return response.ok;
    } catch {
      return false;
    }
  }
}
