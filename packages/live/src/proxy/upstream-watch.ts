import { connect } from "node:net";
import type { Address } from "./address.ts";

const EVERY_MS = 100;

/** Knows that the upstream is down, and notices when it takes connections again. */
export class UpstreamWatch {
  readonly #address: () => Address;
  readonly #changed: () => void;
  #timer: NodeJS.Timeout | undefined;
  #generation = 0;
  #down = false;

  constructor(address: () => Address, changed: () => void) {
    this.#address = address;
    this.#changed = changed;
  }

  get down(): boolean {
    return this.#down;
  }

  /** The upstream took no connection. */
  start(): void {
    if (this.#down) return;
    this.#down = true;
    this.#again(this.#generation);
    this.#changed();
  }

  /** Nothing is known any more, and nothing is tried. */
  stop(): void {
    this.#generation++;
    this.#down = false;
    clearTimeout(this.#timer);
  }

  #again(generation: number): void {
    if (generation === this.#generation) {
      this.#timer = setTimeout(() => this.#look(generation), EVERY_MS);
    }
  }

  #look(generation: number): void {
    const { host, port } = this.#address();
    const socket = connect({ host: host || "localhost", port });
    socket.once("error", () => this.#again(generation));
    socket.once("connect", () => {
      socket.destroy();
      if (generation !== this.#generation) return;
      this.stop();
      this.#changed();
    });
  }
}
