import { connect, type Socket } from "node:net";
import type { Address } from "./address.ts";
import { Connection } from "./connection.ts";
import type { Fault } from "./fault.ts";
import { HttpStage } from "./http/http-stage.ts";
import { LentReader } from "./lent-reader.ts";
import type { ConnectionState, Direction, Protocol } from "./types.ts";

export interface TrafficSettings {
  readonly seed: number;
  readonly proxyName: string;
  readonly protocol: Protocol;
  readonly faults: () => readonly Fault[];
  readonly upstream: () => Address;
  readonly dialFailed: () => "close" | "reset";
}

const CLOSED_WITHIN_MS = 500;

/** The connections of one proxy. */
export class Traffic {
  readonly bytes: Record<Direction, { received: number; sent: number }>;
  accepted = 0;
  readonly #settings: TrafficSettings;
  readonly #http: HttpStage | undefined;
  readonly #live = new Set<Connection>();
  /** Live ones, and those whose sockets are still closing. */
  readonly #open = new Set<Connection>();

  constructor(settings: TrafficSettings) {
    this.bytes = { upstream: { received: 0, sent: 0 }, downstream: { received: 0, sent: 0 } };
    this.#settings = settings;
    this.#http = settings.protocol === "http" ? new HttpStage(settings) : undefined;
  }

  accept(client: Socket): void {
    const { seed, proxyName, dialFailed, faults } = this.#settings;
    const index = this.accepted++;
    if (this.#refused(client, index)) return;
    const reader = this.#http ? undefined : new LentReader();
    const upstream = this.#http?.open(() => connection) ?? this.#dial(reader);
    const connection = new Connection({
      index,
      client,
      upstream,
      reader,
      seed,
      proxyName,
      total: this.bytes,
      dialFailed,
      ended: () => this.#live.delete(connection),
      gone: () => this.#open.delete(connection),
    });
    this.#live.add(connection);
    this.#open.add(connection);
    // After the last byte of the last answer there is nothing more to say over HTTP.
    if (this.#http) client.once("finish", () => connection.hangUp());
    connection.use(faults());
  }

  states(): ConnectionState[] {
    return [...this.#live].map((connection) => connection.state());
  }

  /** Faults came or went, or strike others than before. */
  faultsChanged(): void {
    for (const connection of [...this.#live]) connection.use(this.#settings.faults());
  }

  /** A fault's attributes changed. */
  adjusted(fault: Fault): void {
    for (const connection of this.#live) connection.changed(fault);
  }

  hangUp(lingerMs?: number): void {
    for (const connection of [...this.#live]) connection.hangUp(lingerMs);
  }

  /** Resolves when no socket is left; those that do not close in time are broken off. */
  async over(): Promise<void> {
    const end = performance.now() + CLOSED_WITHIN_MS;
    while (this.#open.size > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const connection of this.#open) connection.reset();
  }

  #refused(client: Socket, index: number): boolean {
    const { seed, proxyName, faults } = this.#settings;
    const refusal = faults().find(
      (fault) =>
        fault.kind.door === "closed" && fault.strikes(seed, proxyName, "connection", index),
    );
    if (refusal === undefined) return false;
    refusal.struck++;
    client.on("error", () => {});
    client.resetAndDestroy();
    return true;
  }

  #dial(reader: LentReader | undefined): Socket {
    const { host, port } = this.#settings.upstream();
    return connect({
      host: host || "localhost",
      port,
      allowHalfOpen: true,
      noDelay: true,
      ...(reader ? { onread: reader.options } : {}),
    });
  }
}
