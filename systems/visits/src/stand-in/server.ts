import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { resolve } from "node:path";
import { type CommandContext, execute, type Session, VERSION } from "./commands.ts";
import type { FsyncPolicy } from "./journal.ts";
import { lockOf } from "./lock.ts";
import { error, quoted, simple } from "./replies.ts";
import { ProtocolError, RequestReader } from "./requests.ts";
import { Store } from "./store.ts";

const MOST_CONNECTIONS = 1000;
/** A client that asks and does not read its answers is let go of. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;

export interface StandInOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  /** Any free one unless given, or with 0. */
  readonly port?: number | undefined;
  /** The append-only file; made when it is not there. */
  readonly file: string;
  /** "always" unless given. */
  readonly fsync?: FsyncPolicy | undefined;
}

interface Connection {
  readonly socket: Socket;
  readonly reader: RequestReader;
  readonly session: Session;
  /** What it will be told once it is kept. */
  replies: string;
  leaving: boolean;
}

/**
 * A small server that speaks Redis' protocol for the commands that the counter page and the usual clients need. It is
 * a stand-in, not Redis, and INFO and HELLO say so.
 *
 * All commands that have come in together are carried out, written and forced to the disk in one go; only then does
 * anybody get an answer. So no answer tells of a change that a kill could take back.
 */
export class StandIn {
  readonly #store: Store;
  readonly #server: Server;
  readonly #settings: Readonly<Record<string, string>>;
  readonly #connections = new Set<Connection>();
  readonly #startedAtMs = performance.now();
  /** Settles when it has stopped and another may have its file; rejects when it could not write to it. */
  readonly ended: Promise<void>;
  #end: (problem?: unknown) => void = () => {};
  #lock: Server | undefined;
  #lastId = 0;
  #commands = 0;
  #flushing = false;

  private constructor(store: Store, fsync: FsyncPolicy) {
    this.#store = store;
    this.ended = new Promise((resolve, reject) => {
      this.#end = (problem) => (problem === undefined ? resolve() : reject(problem));
    });
    this.#settings = { appendonly: "yes", appendfsync: fsync, save: "" };
    this.#server = createServer((socket) => this.#accept(socket));
    this.#server.maxConnections = MOST_CONNECTIONS;
  }

  /** @throws Error when the file is damaged or in use, or the port is taken */
  static async start(options: StandInOptions): Promise<StandIn> {
    const { host = "127.0.0.1", port = 0, file, fsync = "always" } = options;
    const lock = await lockOf(file);
    try {
      const standIn = new StandIn(new Store(resolve(file), fsync), fsync);
      standIn.#lock = lock;
      standIn.#server.listen(port, host);
      await once(standIn.#server, "listening");
      return standIn;
    } catch (problem) {
      lock?.close();
      throw problem;
    }
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Bytes of a torn last line that was left out at the start. */
  get tornBytes(): number {
    return this.#store.journal.recovered.tornBytes;
  }

  close(): Promise<void> {
    if (this.#server.listening) {
      this.#flush();
      this.#stop();
      this.#store.journal.close();
      if (this.#lock === undefined) this.#end();
      else this.#lock.close(() => this.#end());
    }
    return this.ended;
  }

  #stop(): void {
    this.#server.close();
    for (const { socket } of this.#connections) socket.destroySoon();
  }

  #accept(socket: Socket): void {
    const session: Session = { id: ++this.#lastId, protocol: 2, name: "", monitoring: false };
    const connection: Connection = {
      socket,
      session,
      reader: new RequestReader(),
      replies: "",
      leaving: false,
    };
    this.#connections.add(connection);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(connection, chunk));
    // It is gone: "close" follows.
    socket.on("error", () => {});
    socket.on("close", () => this.#connections.delete(connection));
  }

  #read(connection: Connection, chunk: Buffer): void {
    if (connection.leaving) return;
    try {
      for (const words of connection.reader.read(chunk)) {
        this.#tellMonitors(connection, words);
        connection.replies += execute(words, this.#context(connection));
        this.#commands++;
        if (connection.leaving) break;
      }
    } catch (problem) {
      if (!(problem instanceof ProtocolError)) throw problem;
      connection.replies += error(`ERR Protocol error: ${problem.message}`);
      connection.leaving = true;
    }
    this.#flushSoon();
  }

  #context(connection: Connection): CommandContext {
    return {
      store: this.#store,
      session: connection.session,
      settings: this.#settings,
      info: () => this.#info(),
      quit: () => {
        connection.leaving = true;
      },
      shutdown: () => {
        connection.leaving = true;
        setImmediate(() => this.close());
      },
    };
  }

  #tellMonitors({ socket }: Connection, words: readonly string[]): void {
    const monitors = [...this.#connections].filter(({ session }) => session.monitoring);
    if (monitors.length === 0) return;
    const seconds = (Date.now() / 1000).toFixed(6);
    const from = `[0 ${socket.remoteAddress}:${socket.remotePort}]`;
    const line = simple(`${seconds} ${from} ${words.map(quoted).join(" ")}`);
    for (const monitor of monitors) monitor.replies += line;
  }

  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    if (!this.#server.listening) return;
    try {
      this.#store.commit();
    } catch (problem) {
      // Nobody may hear of what is not kept. To go on would be to answer from a state that a restart forgets.
      for (const { socket } of this.#connections) socket.resetAndDestroy();
      this.#stop();
      this.#end(problem);
      return;
    }
    for (const connection of this.#connections) answer(connection);
  }

  #info(): string[] {
    const { journal, size } = this.#store;
    return [
      "# Server",
      "server_name:breakwater-stand-in",
      "about:This is not Redis but a small stand-in for it that comes with Breakwater.",
      "stand_in:yes",
      `stand_in_version:${VERSION}`,
      // Clients read it to know what they may send. This one is nobody's.
      "redis_version:0.0.0",
      "redis_mode:standalone",
      `process_id:${process.pid}`,
      `tcp_port:${this.port}`,
      `uptime_in_seconds:${Math.floor((performance.now() - this.#startedAtMs) / 1000)}`,
      "# Clients",
      `connected_clients:${this.#connections.size}`,
      "# Persistence",
      "loading:0",
      "aof_enabled:1",
      `appendfsync:${this.#settings.appendfsync}`,
      `aof_current_size:${journal.bytes}`,
      "# Stats",
      `total_commands_processed:${this.#commands}`,
      "# Keyspace",
      `db0:keys=${size}`,
    ];
  }
}

function answer(connection: Connection): void {
  const { socket, replies, leaving } = connection;
  connection.replies = "";
  if (replies !== "") socket.write(replies, "latin1");
  if (leaving) socket.destroySoon();
  else if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
}
