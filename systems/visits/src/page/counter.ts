import { BreakwaterError, type Policy } from "breakwater";
import { policyRedis } from "breakwater/redis";
import { ClientOfflineError, createClient } from "redis";

const KEY = "visits";

/** Ends of a call whose command was never sent. */
const REFUSALS = new Set(["BREAKWATER_CIRCUIT_OPEN", "BREAKWATER_REJECTED"]);

const CONNECT_TIMEOUT_MS = 2000;
/** From one attempt to connect to the next. */
const SHORTEST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1000;

/** What stands behind the address, as it tells itself. */
export interface StoreDescription {
  readonly kind: "redis" | "stand-in" | "unknown";
  readonly version: string | undefined;
}

/** The number of a visit; "notCounted" when nothing was sent, "unknown" when it was and may be carried out later. */
export type Count = number | "notCounted" | "unknown";

const UNKNOWN: StoreDescription = { kind: "unknown", version: undefined };

/** The counter in Redis. It connects in the background, so a page without a store is a page without a number. */
export class Counter {
  readonly #client: ReturnType<typeof createClient>;
  readonly #redis: { incr(key: string): Promise<number> };
  #store: StoreDescription = UNKNOWN;

  constructor(url: string, policy: Policy) {
    this.#client = createClient({
      url,
      // A visit whose caller was told "no number" is not kept back to be counted when the store is there again.
      disableOfflineQueue: true,
      socket: {
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectStrategy: (failures) =>
          Math.min(SHORTEST_WAIT_MS * 2 ** Math.min(failures, 10), LONGEST_WAIT_MS),
      },
    });
    this.#redis = policyRedis(this.#client, policy);
    // Whoever asks for a number hears of it; the client goes on connecting.
    this.#client.on("error", () => {});
    this.#client.on("ready", () => void this.#ask());
  }

  /** As of the last connection. */
  get store(): StoreDescription {
    return this.#store;
  }

  /**
   * Begins to connect, and goes on until it is closed. Resolves when it is known whether the first attempt has worked,
   * or after 2 s: a visit that came sooner would open the circuit for nothing.
   */
  async connect(): Promise<void> {
    const client = this.#client;
    // Rejects only when it is closed before it has connected.
    client.connect().catch(() => {});
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CONNECT_TIMEOUT_MS);
      const known = (): void => {
        clearTimeout(timer);
        client.off("ready", known).off("error", known);
        resolve();
      };
      client.on("ready", known).on("error", known);
    });
  }

  /** Counts one visit. Never rejects. */
  async count(): Promise<Count> {
    try {
      return await this.#redis.incr(KEY);
    } catch (problem) {
      const refused = problem instanceof BreakwaterError && REFUSALS.has(problem.code);
      return refused || problem instanceof ClientOfflineError ? "notCounted" : "unknown";
    }
  }

  close(): void {
    if (this.#client.isOpen) this.#client.destroy();
  }

  async #ask(): Promise<void> {
    try {
      this.#store = describe(await this.#client.info("server"));
    } catch {
      this.#store = UNKNOWN;
    }
  }
}

function describe(info: string): StoreDescription {
  const fields = new Map(
    info.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)];
    }),
  );
  if (fields.get("stand_in") === "yes") {
    return { kind: "stand-in", version: fields.get("stand_in_version") };
  }
  return { kind: "redis", version: fields.get("redis_version") };
}
