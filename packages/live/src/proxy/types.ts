/** What the fault proxy's library offers. Times are milliseconds, sizes are bytes. */

/** Which half of a connection: `upstream` is from the client to the server, `downstream` the way back. */
export type Direction = "upstream" | "downstream";

/** `http` reads the requests, so that faults can strike single ones; `tcp` passes bytes without looking. */
export type Protocol = "tcp" | "http";

/**
 * What clients see while nothing listens upstream; `reset`, if left out, but `close` over the API.
 * `reset`: their connection is reset at once. `close`: it is closed without a byte, as Toxiproxy does.
 * `refuse`: the first one is reset; then the proxy stops listening, so that the next ones are refused,
 * until the upstream accepts connections again (it is tried every 100 ms).
 */
export type UpstreamDown = "reset" | "close" | "refuse";

/** Attributes of each kind of fault. Left out, a number is 0 unless its kind says otherwise. */
export interface FaultAttributes {
  /** Delays bytes by `latency` ± `jitter` ms, drawn evenly for each chunk; never reorders. */
  latency: { latency?: number; jitter?: number };
  /** At most `rate` KB (1,000 bytes) in a second; 0 lets nothing pass. */
  bandwidth: { rate?: number };
  /** The end of the stream (FIN) comes `delay` ms late. */
  slow_close: { delay?: number };
  /** Swallows bytes, and closes the connection after `timeout` ms; 0: never. */
  timeout: { timeout?: number };
  /** Resets the connection (RST) after `timeout` ms. */
  reset_peer: { timeout?: number };
  /** Cuts chunks to `average_size` ± `size_variation` bytes, `delay` microseconds between them. */
  slicer: { average_size?: number; size_variation?: number; delay?: number };
  /** Closes the connection once so many bytes have passed. */
  limit_data: { bytes?: number };
  /**
   * Loses chunks with a chance of `loss_rate` (0 to 1; 0.1), and `correlation` more after a loss. With
   * `retransmission` above 0 a lost chunk, and all after it, comes so many ms later, as TCP would deliver it;
   * with 0 its bytes never come.
   */
  packet_loss: { loss_rate?: number; correlation?: number; retransmission?: number };
  /** Flips one bit in each of `bytes` (1) bytes of a chunk, with a chance of `corruption_rate` (0 to 1) per chunk. */
  corruption: { corruption_rate?: number; bytes?: number };
  /**
   * No byte passes while it lasts, in both directions; then all that was held comes, as after a network
   * partition. New connections are not answered (SYN is dropped) where toxicity is 1 and the system is Linux;
   * else they are accepted and stay silent.
   */
  blackhole: Record<never, never>;
  /** New connections are refused where toxicity is 1, else reset at once. Connections that are open live on. */
  refuse: Record<never, never>;
  /** Answers requests itself: `status` (503). They never reach the upstream. */
  http_error: RequestMatch & {
    status?: number;
    body?: string;
    headers?: Readonly<Record<string, string>>;
  };
  /** Holds a request (stream `upstream`) or its answer (`downstream`) for `latency` ± `jitter` ms. */
  http_latency: RequestMatch & { latency?: number; jitter?: number };
  /** Resets the connection of a request: before it is sent on (`upstream`), or when the answer is there (`downstream`). */
  http_abort: RequestMatch;
  /** Changes answers of the upstream: status, body, headers (null removes one). */
  http_response: RequestMatch & {
    status?: number;
    body?: string;
    headers?: Readonly<Record<string, string | null>>;
  };
  /** Nothing. */
  noop: Record<never, never>;
}

/** Which requests an HTTP fault strikes; toxicity is the share of those that match, drawn for each request. */
export interface RequestMatch {
  /** Such as "GET"; any, if left out. */
  method?: string;
  /** The path without the query; `*` stands for any characters: "/users/*". Any, if left out. */
  path?: string;
  /** Only the first so many requests that match, counted since the fault was added. */
  first?: number;
  /** Only every so many-th request that matches: 3 strikes the third, the sixth, ... */
  every?: number;
}

export type FaultType = keyof FaultAttributes;

interface FaultCommon {
  /** `<type>_<stream>`, if left out. */
  readonly name?: string;
  /** "downstream", if left out. */
  readonly stream?: Direction;
  /** The share of connections (of requests, for HTTP faults) that it strikes, 0 to 1; 1, if left out. */
  readonly toxicity?: number;
  /** The fault is removed after so many ms; 0: never. The proxies' `defaultTtlMs`, if left out. */
  readonly ttlMs?: number;
}

export type FaultSpec = {
  [T in FaultType]: FaultCommon & {
    readonly type: T;
    readonly attributes?: Readonly<FaultAttributes[T]>;
  };
}[FaultType];

/** What may change about a fault that is on; what is left out stays. A `ttlMs` starts anew from now. */
export interface FaultChange {
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly toxicity?: number;
  readonly ttlMs?: number;
}

export interface FaultState {
  readonly name: string;
  readonly type: FaultType;
  readonly stream: Direction;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** 0: it stays until it is removed. */
  readonly ttlMs: number;
  /** Milliseconds until it is removed; undefined without an expiry. */
  readonly expiresInMs: number | undefined;
  /** Connections (requests, for HTTP faults) that it has struck so far. */
  readonly struck: number;
}

export interface FaultProxyOptions {
  readonly name: string;
  /** "host:port"; port 0 or an empty text takes any free port on 127.0.0.1. */
  readonly listen?: string;
  /** "host:port" */
  readonly upstream: string;
  readonly enabled?: boolean;
  readonly protocol?: Protocol;
  readonly upstreamDown?: UpstreamDown;
  /** Strike from the first connection on. */
  readonly faults?: readonly FaultSpec[];
}

export interface FaultProxyChange {
  readonly listen?: string;
  readonly upstream?: string;
  readonly enabled?: boolean;
  readonly upstreamDown?: UpstreamDown;
  /** With `enabled: false`: it is enabled again after so many ms. */
  readonly ttlMs?: number;
}

/** A live connection and what it has drawn. */
export interface ConnectionState {
  /** The how-many-th connection of this proxy it is, from 0. Draws depend on it and on the seed alone. */
  readonly index: number;
  readonly client: string;
  readonly openForMs: number;
  readonly bytes: Readonly<Record<Direction, ByteCounts>>;
  /** Requests that came over it; 0 without `protocol: "http"`. */
  readonly requests: number;
  readonly draws: readonly Draw[];
}

/** Received from one side, sent on to the other; counted while the connection lives. */
export interface ByteCounts {
  readonly received: number;
  readonly sent: number;
}

export interface Draw {
  readonly fault: string;
  /** Did the draw fall under the fault's toxicity? */
  readonly struck: boolean;
}

export interface FaultProxy {
  readonly name: string;
  /** "host:port" where it really listens; the port stays the same while it is disabled. */
  readonly listen: string;
  readonly host: string;
  readonly port: number;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly protocol: Protocol;
  readonly upstreamDown: UpstreamDown;
  /** Milliseconds until it enables itself again; undefined if it does not. */
  readonly enablesInMs: number | undefined;
  /** Bytes since it was created, live connections included. */
  readonly bytes: Readonly<Record<Direction, ByteCounts>>;
  /** Connections accepted since it was created. */
  readonly accepted: number;
  /** A change of `listen` or `upstream`, and `enabled: false`, close all connections. */
  update(change: FaultProxyChange): Promise<void>;
  /** Strikes live and new connections at once. @throws {ProxyError} on bad input or a name that is taken. */
  addFault(fault: FaultSpec): Promise<FaultState>;
  updateFault(name: string, change: FaultChange): Promise<FaultState>;
  removeFault(name: string): Promise<void>;
  fault(name: string): FaultState | undefined;
  faults(): FaultState[];
  connections(): ConnectionState[];
}

export interface FaultProxiesOptions {
  /** Decides every draw; 0, if left out. */
  readonly seed?: number;
  /** The expiry of faults that name none; 0, if left out: they stay. */
  readonly defaultTtlMs?: number;
  /** How many proxies there may be; 1,000. */
  readonly maxProxies?: number;
  /** How many faults a proxy may have; 100. */
  readonly maxFaults?: number;
}

export interface FaultProxies {
  readonly seed: number;
  /** @throws {ProxyError} on bad input, a name or an address that is taken. */
  create(options: FaultProxyOptions): Promise<FaultProxy>;
  /** Creates what is not there; leaves alone what has the same listen and upstream; replaces the rest. */
  populate(list: readonly FaultProxyOptions[]): Promise<FaultProxy[]>;
  get(name: string): FaultProxy | undefined;
  list(): FaultProxy[];
  /** Closes it and its connections. */
  remove(name: string): Promise<void>;
  /** Enables every proxy and removes every fault. */
  reset(): Promise<void>;
  /** Closes everything. */
  close(): Promise<void>;
}

export interface AdminOptions {
  /** "127.0.0.1", if left out. */
  readonly host?: string;
  /** 8474, if left out; 0 takes any free port. */
  readonly port?: number;
  /** Host names that a request may name besides localhost, IP addresses and `host`. */
  readonly allowedHosts?: readonly string[];
  /** Origins of pages that may use the API, such as "http://127.0.0.1:8080". None, if left out. */
  readonly allowedOrigins?: readonly string[];
  /** Serve GET /metrics? No, if left out, as with Toxiproxy. */
  readonly metrics?: boolean;
}

/** The HTTP API, compatible with Toxiproxy's. */
export interface AdminServer {
  readonly url: string;
  close(): Promise<void>;
}
