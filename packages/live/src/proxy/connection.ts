import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Channel } from "./channel.ts";
import type { Fault } from "./fault.ts";
import type { LentReader } from "./lent-reader.ts";
import type { ByteCounts, ConnectionState, Direction } from "./types.ts";

/** How long a connection that the proxy has closed may still take in what its ends send. */
const LINGER_MS = 1_000;

export interface ConnectionSettings {
  readonly index: number;
  readonly client: Socket;
  readonly upstream: Duplex;
  /** What reads the upstream's socket; undefined: it emits its bytes. */
  readonly reader: LentReader | undefined;
  readonly seed: number;
  readonly proxyName: string;
  readonly total: Record<Direction, { received: number; sent: number }>;
  /** The upstream took no connection: shall the client see a FIN, or an RST? */
  readonly dialFailed: () => "close" | "reset";
  /** It has ended, in whatever way; called once. */
  readonly ended: (connection: Connection) => void;
  /** Both sockets are gone; called once. */
  readonly gone: (connection: Connection) => void;
}

/** One client's connection and the one to the upstream that belongs to it. */
export class Connection {
  readonly index: number;
  readonly draws = new Map<Fault, boolean>();
  requests = 0;
  readonly #settings: ConnectionSettings;
  readonly #channels: Readonly<Record<Direction, Channel>>;
  readonly #client: string;
  readonly #openedMs = performance.now();
  #connected = false;
  #over = false;
  #gone = false;
  #linger: NodeJS.Timeout | undefined;

  constructor(settings: ConnectionSettings) {
    const { index, client, upstream, reader, total, seed, proxyName } = settings;
    this.#settings = settings;
    this.index = index;
    this.#client = `${client.remoteAddress}:${client.remotePort}`;
    const owner = (direction: Direction) => ({
      hangUp: () => this.hangUp(),
      reset: () => this.reset(),
      random: (fault: Fault) => fault.random(seed, proxyName, index, direction),
      total: total[direction],
    });
    const channel = (source: Duplex, sink: Duplex, direction: Direction, reader?: LentReader) =>
      new Channel(source, sink, direction, owner(direction), reader);
    this.#channels = {
      upstream: channel(client, upstream, "upstream"),
      downstream: channel(upstream, client, "downstream", reader),
    };
    // An end that broke off leaves the other nothing to wait for: it is told in the same way.
    client.on("error", () => this.reset());
    upstream.on("error", () => this.#upstreamFailed());
    upstream.once("connect", () => {
      this.#connected = true;
    });
    client.on("close", () => this.#closed(client));
    upstream.on("close", () => this.#closed(upstream));
  }

  /** Draws for each fault, and lets those that struck work on its bytes. */
  use(faults: readonly Fault[]): void {
    if (this.#over) return;
    const { seed, proxyName } = this.#settings;
    const before = new Map(this.draws);
    this.draws.clear();
    const struck: Fault[] = [];
    for (const fault of faults.filter(({ kind }) => kind.stage)) {
      const hit = fault.strikes(seed, proxyName, "connection", this.index);
      this.draws.set(fault, hit);
      if (hit) struck.push(fault);
      if (hit && !before.get(fault)) fault.struck++;
    }
    for (const direction of ["upstream", "downstream"] as const) {
      this.#channels[direction].use(struck.filter(({ streams }) => streams.includes(direction)));
    }
  }

  changed(fault: Fault): void {
    for (const direction of fault.streams) this.#channels[direction].changed(fault);
  }

  /** FIN to both ends, after what was sent on; then nothing passes. */
  hangUp(lingerMs: number = LINGER_MS): void {
    const { client, upstream } = this.#settings;
    this.#finish();
    for (const end of [client, upstream]) {
      end.end();
      // What still comes is read and thrown away: a socket that is closed with bytes unread sends an RST.
      end.resume();
    }
    this.#linger ??= setTimeout(() => {
      client.destroy();
      upstream.destroy();
    }, lingerMs);
  }

  /** RST to both ends. */
  reset(): void {
    const { client, upstream } = this.#settings;
    this.#finish();
    resetSocket(client);
    resetSocket(upstream);
  }

  state(): ConnectionState {
    const counts = ({ received, sent }: Channel): ByteCounts => ({ received, sent });
    const { upstream, downstream } = this.#channels;
    return {
      index: this.index,
      client: this.#client,
      openForMs: Math.round(performance.now() - this.#openedMs),
      bytes: { upstream: counts(upstream), downstream: counts(downstream) },
      requests: this.requests,
      draws: [...this.draws].map(([fault, struck]) => ({ fault: fault.name, struck })),
    };
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#channels.upstream.stop();
    this.#channels.downstream.stop();
    this.#settings.ended(this);
  }

  #upstreamFailed(): void {
    const dialing = !this.#connected && this.#settings.upstream instanceof Socket;
    if (dialing && this.#settings.dialFailed() === "close") this.hangUp();
    else this.reset();
  }

  #closed(end: Duplex): void {
    const { client, upstream, gone } = this.#settings;
    if (client.destroyed && upstream.destroyed) {
      this.#finish();
      clearTimeout(this.#linger);
      if (!this.#gone) gone(this);
      this.#gone = true;
      return;
    }
    // An end that has said and heard everything may go; what is still under way to the other one arrives.
    const complete = end.readableEnded && end.writableFinished;
    if (!complete && !this.#over) this.hangUp();
  }
}

/** RST, where there is a socket that can send one. */
function resetSocket(end: Duplex): void {
  // A socket that is not connected yet would wait with its reset for a connection that may never come.
  if (end instanceof Socket && !end.connecting && !end.destroyed) end.resetAndDestroy();
  // Nor does a reset wait until a slow reader has taken what was written before.
  end.destroy();
}
