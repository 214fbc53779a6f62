import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type Address, addressText, oneAddress } from "./address.ts";
import { ProxyError } from "./errors.ts";
import { digHole, type Hole } from "./hole.ts";

/** `open` accepts; `closed` refuses; `hole` does not answer. */
export type DoorState = "open" | "closed" | "hole";

/** The port of a proxy. Keeps its number from the first opening on. */
export class Door {
  readonly #accept: (socket: Socket) => void;
  #address: Address;
  #state: DoorState = "closed";
  #server: Server | undefined;
  #hole: Hole | undefined;
  /** Changes are made one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(address: Address, accept: (socket: Socket) => void) {
    this.#address = address;
    this.#accept = accept;
  }

  get address(): Address {
    return this.#address;
  }

  /** @throws {ProxyError} 500 when the port cannot be had */
  become(state: DoorState): Promise<void> {
    const change = this.#last.then(() => this.#become(state));
    this.#last = change.catch(() => {});
    return change;
  }

  async #become(state: DoorState): Promise<void> {
    if (state === this.#state) return;
    if (state === "hole" && process.platform === "linux" && this.#address.port !== 0) {
      await this.#dig();
      return;
    }
    await this.#hole?.fill();
    this.#hole = undefined;
    if (state === "closed") this.#shut();
    else if (this.#server === undefined) await this.#open();
    this.#state = state;
  }

  async #dig(): Promise<void> {
    try {
      this.#hole = await digHole(this.#address, () => this.#shut());
      this.#state = "hole";
    } catch {
      // Without a hole, connections are accepted; the fault keeps them silent.
      if (this.#server === undefined) await this.#open();
      this.#state = "open";
    }
  }

  #shut(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #open(): Promise<void> {
    const { host, port } = oneAddress(this.#address);
    const server = createServer({ allowHalfOpen: true, noDelay: true }, this.#accept);
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", (error) => {
        this.#server = undefined;
        reject(new ProxyError(listenProblem(this.#address, error), 500));
      });
      server.listen({ ...(host === "" ? {} : { host }), port }, () => {
        const { address, port } = server.address() as AddressInfo;
        this.#address = { host: address, port };
        resolve();
      });
    });
  }
}

/** In the words of Toxiproxy, which clients may look for. */
function listenProblem(address: Address, error: NodeJS.ErrnoException): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: "bind: address already in use",
    EACCES: "bind: permission denied",
    EADDRNOTAVAIL: "bind: cannot assign requested address",
    ENOTFOUND: "lookup: no such host",
  };
  return `listen tcp ${addressText(oneAddress(address))}: ${reasons[error.code ?? ""] ?? error.message}`;
}
