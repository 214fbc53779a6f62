import { type Address, addressText, listenAddress, parseAddress, sameAddress } from "./address.ts";
import { Alarm } from "./alarm.ts";
import { checkBoolean, oneOf } from "./checks.ts";
import { Door, type DoorState } from "./door.ts";
import { ProxyError } from "./errors.ts";
import { checkName, checkTtl } from "./fault.ts";
import { FaultList } from "./fault-list.ts";
import { Traffic } from "./traffic.ts";
import type {
  ConnectionState,
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

/** A port, the faults on it, and what goes through it. */
export class RunningProxy implements FaultProxy {
  readonly name: string;
  readonly protocol: Protocol;
  readonly #list: FaultList;
  readonly #traffic: Traffic;
  #door: Door;
  #upstream: Address;
  #upstreamDown: UpstreamDown;
  #enabled = false;
  readonly #enableAlarm = new Alarm();
  /** Changes are made one after the other. */
  #last: Promise<void> = Promise.resolve();
  #gone = false;
  readonly #watch: UpstreamWatch;

  /** @throws {ProxyError} 400 on bad input */
  constructor(options: FaultProxyOptions, { seed, defaultTtlMs, maxFaults }: ProxySettings) {
    this.name = checkName("name", options.name);
    this.protocol = oneOf("protocol", options.protocol ?? "tcp", ["tcp", "http"]);
    this.#upstreamDown = oneOf("upstream_down", options.upstreamDown ?? "reset", UPSTREAM_DOWN);
    this.#upstream = parseAddress("upstream", options.upstream);
    this.#door = new Door(listenAddress(options.listen), (client) => this.#traffic.accept(client));
    this.#list = new FaultList({
      defaultTtlMs,
      maxFaults,
      changed: () => this.#faultsChanged(),
      adjusted: (fault) => this.#traffic.adjusted(fault),
    });
    this.#watch = new UpstreamWatch(
      () => this.#upstream,
      () => void this.#openDoor().catch(() => {}),
    );
    this.#traffic = new Traffic({
      seed,
      proxyName: this.name,
      protocol: this.protocol,
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
  get bytes(): FaultProxy["bytes"] {
    return this.#traffic.bytes;
  }
  get accepted(): number {
    return this.#traffic.accepted;
  }
  get enabled(): boolean {
    return this.#enabled;
  }
  get upstreamDown(): UpstreamDown {
    return this.#upstreamDown;
  }
  /** Milliseconds until it enables itself; undefined if it does not. */
  get enablesInMs(): number | undefined {
    return this.#enableAlarm.leftMs;
  }

  listensOn(listen: string | undefined): boolean {
    return sameAddress(listenAddress(listen), this.#door.address);
  }

  update(change: FaultProxyChange): Promise<void> {
    return this.#inTurn(() => this.#update(change));
  }

  async #update(change: FaultProxyChange): Promise<void> {
    if (this.#gone) throw new ProxyError("proxy not found", 404);
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
    if (moved) this.#door = new Door(listen, (client) => this.#traffic.accept(client));
    this.#enabled = enabled;
    await this.#openDoor();
    if (!enabled && ttlMs > 0) this.#enableLater(ttlMs);
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => {});
    return done;
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
    return this.#traffic.states();
  }

  async reset(): Promise<void> {
    await this.update({ enabled: true });
    await this.#list.clear();
  }

  /** Closes the port, the connections and every timer. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#gone = true;
      await this.#stop(CLOSING_MS);
      await this.#list.clear();
      await this.#traffic.over();
    });
  }

  async #stop(lingerMs?: number): Promise<void> {
    this.#enableAlarm.clear();
    this.#watch.stop();
    this.#enabled = false;
    await this.#door.become("closed");
    this.#traffic.hangUp(lingerMs);
  }

  #enableLater(ttlMs: number): void {
    this.#enableAlarm.set(ttlMs, () => {
      this.update({ enabled: true }).catch(() => {
        if (!this.#gone) this.#enableLater(ttlMs);
      });
    });
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
    this.#traffic.faultsChanged();
    await this.#openDoor();
  }

  #dialFailed(): "close" | "reset" {
    if (this.#upstreamDown === "refuse" && this.#enabled) this.#watch.start();
    return this.#upstreamDown === "close" ? "close" : "reset";
  }
}
