import { connect, type Socket } from "node:net";
import { type Address, addressText, listenAddress, parseAddress, sameAddress } from "./address.ts";
import { checkBoolean, oneOf } from "./checks.ts";
import { Connection } from "./connection.ts";
import { Door, type DoorState } from "./door.ts";
import { checkName, checkTtl, type Fault } from "./fault.ts";
import { FaultList } from "./fault-list.ts";
import { HttpStage } from "./http/http-stage.ts";
import { LentReader } from "./lent-reader.ts";
import type {
  ConnectionState,
  Direction,
  FaultChange,
  FaultProxy,
  FaultProxyChange,
  FaultProxyOptions,
  FaultSpec,
  FaultState,
  Protocol,
  UpstreamDown,
} from "./types.ts";
import { UpstreamWatch } from "./upstream-watch.ts";

export interface ProxySettings {
  readonly seed: number;
  readonly defaultTtlMs: number;
  readonly maxFaults: number;
}

/** How long connections may take to close when the proxy itself goes. */
const CLOSING_MS = 50;
const UPSTREAM_DOWN: readonly UpstreamDown[] = ["reset", "close", "refuse"];

/** A port, the faults on it, and the connections that go through it. */
export class RunningProxy implements FaultProxy {
  readonly name: string;
  readonly protocol: Protocol;
  readonly bytes: Record<Direction, { received: number; sent: number }>;
  accepted = 0;
  readonly #seed: number;
  readonly #http: HttpStage | undefined;
  readonly #list: FaultList;
  readonly #live = new Set<Connection>();
  /** Live ones, and those whose sockets are still closing. */
  readonly #closing = new Set<Connection>();
  #door: Door;
  #upstream: Address;
  #upstreamDown: UpstreamDown;
  #enabled = false;
  #enableTimer: NodeJS.Timeout | undefined;
  #enablesAtMs = 0;
  readonly #watch: UpstreamWatch;

  /** @throws {ProxyError} 400 on bad input */
  constructor(options: FaultProxyOptions, { seed, defaultTtlMs, maxFaults }: ProxySettings) {
    this.name = checkName("name", options.name);
    this.protocol = oneOf("protocol", options.protocol ?? "tcp", ["tcp", "http"]);
    this.bytes = { upstream: { received: 0, sent: 0 }, downstream: { received: 0, sent: 0 } };
    this.#seed = seed;
    this.#upstreamDown = oneOf("upstream_down", options.upstreamDown ?? "reset", UPSTREAM_DOWN);
    this.#upstream = parseAddress("upstream", options.upstream);
    this.#door = new Door(listenAddress(options.listen), (client) => this.#accept(client));
    this.#list = new FaultList({
      defaultTtlMs,
      maxFaults,
      changed: () => this.#faultsChanged(),
      adjusted: (fault) => {
        for (const connection of this.#live) connection.changed(fault);
      },
    });
    this.#watch = new UpstreamWatch(
      () => this.#upstream,
      () => void this.#openDoor().catch(() => {}),
    );
    if (this.protocol === "tcp") return;
    this.#http = new HttpStage({
      seed,
      proxyName: this.name,
      faults: () => this.#list.all,
      upstream: () => this.#upstream,
      dialFailed: () => this.#dialFailed(),
    });
  }

  get listen(): string {
    return addressText(this.#door.address);
  }
  get host(): string {
    return this.#door.address.host;
  }
  get port(): number {
    return this.#door.address.port;
  }
  get upstream(): string {
    return addressText(this.#upstream);
  }
  get enabled(): boolean {
    return this.#enabled;
  }
  get upstreamDown(): UpstreamDown {
    return this.#upstreamDown;
  }
  /** Milliseconds until it enables itself; undefined if it does not. */
  get enablesInMs(): number | undefined {
    if (this.#enableTimer === undefined) return undefined;
    return Math.max(0, Math.round(this.#enablesAtMs - performance.now()));
  }

  listensOn(listen: string | undefined): boolean {
    return sameAddress(listenAddress(listen), this.#door.address);
  }

  async update(change: FaultProxyChange): Promise<void> {
    const listen = change.listen === undefined ? undefined : listenAddress(change.listen);
    const upstream =
      change.upstream === undefined ? undefined : parseAddress("upstream", change.upstream);
    const enabled = checkBoolean("enabled", change.enabled ?? this.#enabled);
    const ttlMs = checkTtl(change.ttlMs ?? 0);
    this.#upstreamDown = oneOf(
      "upstream_down",
      change.upstreamDown ?? this.#upstreamDown,
      UPSTREAM_DOWN,
    );
    const moved = listen !== undefined && !sameAddress(listen, this.#door.address);
    const redirected = upstream !== undefined && addressText(upstream) !== this.upstream;
    if (moved || redirected || !enabled) await this.#stop();
    if (redirected) this.#upstream = upstream;
    if (moved) this.#door = new Door(listen, (client) => this.#accept(client));
    this.#enabled = enabled;
    await this.#openDoor();
    if (!enabled && ttlMs > 0) this.#enableLater(ttlMs);
  }

  async addFault(fault: FaultSpec): Promise<FaultState> {
    return (await this.#list.add(fault)).state();
  }
  async updateFault(name: string, change: FaultChange): Promise<FaultState> {
    return (await this.#list.update(name, change)).state();
  }
  removeFault(name: string): Promise<void> {
    return this.#list.remove(name);
  }
  fault(name: string): FaultState | undefined {
    return this.#list.find(name)?.state();
  }
  faults(): FaultState[] {
    return this.#list.all.map((fault) => fault.state());
  }
  connections(): ConnectionState[] {
    return [...this.#live].map((connection) => connection.state());
  }

  async reset(): Promise<void> {
    await this.update({ enabled: true });
    await this.#list.clear();
  }

  /** Closes the port, the connections and every timer. */
  async close(): Promise<void> {
    await this.#stop(CLOSING_MS);
    await this.#list.clear();
    while (this.#closing.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  async #stop(lingerMs?: number): Promise<void> {
    clearTimeout(this.#enableTimer);
    this.#enableTimer = undefined;
    this.#watch.stop();
    this.#enabled = false;
    await this.#door.become("closed");
    for (const connection of [...this.#live]) connection.hangUp(lingerMs);
  }

  #enableLater(ttlMs: number): void {
    this.#enablesAtMs = performance.now() + ttlMs;
    this.#enableTimer = setTimeout(() => {
      this.#enableTimer = undefined;
      this.update({ enabled: true }).catch(() => this.#enableLater(ttlMs));
    }, ttlMs);
  }

  async #openDoor(): Promise<void> {
    await this.#door.become(this.#doorState());
  }

  #doorState(): DoorState {
    if (!this.#enabled || this.#watch.down) return "closed";
    const doors = this.#list.all.flatMap(({ kind, toxicity }) =>
      toxicity >= 1 && kind.door ? [kind.door] : [],
    );
    return doors.includes("closed") ? "closed" : (doors[0] ?? "open");
  }

  async #faultsChanged(): Promise<void> {
    for (const connection of [...this.#live]) connection.use(this.#list.all);
    await this.#openDoor();
  }

  #accept(client: Socket): void {
    const index = this.accepted++;
    const refused = this.#list.all.find((fault) => this.#refuses(fault, index));
    if (refused) {
      refused.struck++;
      client.on("error", () => {});
      client.resetAndDestroy();
      return;
    }
    const reader = this.#http ? undefined : new LentReader();
    const upstream = this.#http?.open(() => connection) ?? this.#dial(reader);
    const connection = new Connection({
      index,
      client,
      upstream,
      reader,
      seed: this.#seed,
      proxyName: this.name,
      total: this.bytes,
      dialFailed: () => this.#dialFailed(),
      ended: () => this.#live.delete(connection),
      gone: () => this.#closing.delete(connection),
    });
    this.#live.add(connection);
    this.#closing.add(connection);
    // After the last byte of the last answer there is nothing more to say over HTTP.
    if (this.#http) client.once("finish", () => connection.hangUp());
    connection.use(this.#list.all);
  }

  #dial(reader: LentReader | undefined): Socket {
    const { host, port } = this.#upstream;
    return connect({
      host: host || "localhost",
      port,
      allowHalfOpen: true,
      noDelay: true,
      ...(reader ? { onread: reader.options } : {}),
    });
  }

  #refuses(fault: Fault, index: number): boolean {
    return (
      fault.kind.door === "closed" && fault.strikes(this.#seed, this.name, "connection", index)
    );
  }

  #dialFailed(): "close" | "reset" {
    if (this.#upstreamDown === "refuse" && this.#enabled) this.#watch.start();
    return this.#upstreamDown === "close" ? "close" : "reset";
  }
}
