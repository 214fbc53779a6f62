import {
  Agent,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect, type NetConnectOpts } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import type { Address } from "../address.ts";
import type { Connection } from "../connection.ts";
import type { Fault } from "../fault.ts";
import { exchange } from "./exchange.ts";
import { passUpgrade } from "./upgrade.ts";

export interface HttpStageSettings {
  readonly seed: number;
  readonly proxyName: string;
  readonly faults: () => readonly Fault[];
  readonly upstream: () => Address;
  readonly dialFailed: () => "close" | "reset";
}

/** One client's connection, seen from HTTP. */
export interface HttpLink {
  readonly connection: () => Connection;
  /** Has one socket to the upstream, so that clients and upstream connections belong together as over TCP. */
  readonly agent: Agent;
  inFlight: number;
}

const MAX_HEADER_BYTES = 64 * 1024;

/**
 * Stands where the upstream's socket stands for TCP, so that the faults on bytes work in HTTP mode as well: reads
 * the requests, lets the faults strike them, and sends on the rest.
 */
export class HttpStage {
  readonly #settings: HttpStageSettings;
  readonly #server: Server;
  readonly #links = new WeakMap<Duplex, HttpLink>();

  constructor(settings: HttpStageSettings) {
    this.#settings = settings;
    // Time limits are for the upstream and for faults to set, not for the proxy.
    this.#server = createServer({
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    this.#server.on("request", (request, response) => this.#exchange(request, response));
    this.#server.on("checkContinue", (request, response) => this.#exchange(request, response));
    this.#server.on("checkExpectation", (request, response) => this.#exchange(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      passUpgrade(settings.upstream(), this.#link(request), request, socket, head);
    });
  }

  /** The end that stands for the upstream's socket. */
  open(connection: () => Connection): Duplex {
    const [outer, inner] = duplexPair({ allowHalfOpen: true });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const link: HttpLink = { connection, agent, inFlight: 0 };
    agent.createConnection = (options) => {
      const socket = connect({ ...(options as NetConnectOpts), noDelay: true });
      // An upstream that leaves between two requests is no longer there for the client either.
      socket.once("close", () => {
        if (link.inFlight === 0) inner.end();
      });
      return socket;
    };
    this.#links.set(inner, link);
    inner.once("close", () => {
      agent.destroy();
      if (!inner.writableFinished) outer.destroy();
    });
    outer.once("close", () => inner.destroy());
    inner.on("error", () => {});
    this.#server.emit("connection", inner);
    return outer;
  }

  #link(request: IncomingMessage): HttpLink {
    return this.#links.get(request.socket) as HttpLink;
  }

  #exchange(request: IncomingMessage, response: ServerResponse): void {
    const link = this.#link(request);
    link.connection().requests++;
    link.inFlight++;
    response.once("close", () => {
      link.inFlight--;
    });
    exchange({ ...this.#settings, link, request, response }).catch(() => link.connection().reset());
  }
}
