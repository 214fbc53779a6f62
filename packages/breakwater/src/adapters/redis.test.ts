import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hasRedisServer, RedisServer } from "../../test-support/redis-server.ts";
import { incoming } from "../http/incoming.ts";
import { policy, type TypedPolicyOptions } from "../index.ts";
import { policyRedis } from "./redis.ts";
import { isRead, isReplyToBlameOnCommand } from "./redis-commands.ts";

const required = process.env.BREAKWATER_REQUIRE_ALL === "1";
const there = hasRedisServer();
if (!there && !required) console.warn("SKIPPED: no redis-server on the PATH");

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The commands that the tests use, under the names of either client. */
interface Commands {
  set(key: string, value: string): Promise<unknown>;
  get(key: string): Promise<unknown>;
  incr(key: string): Promise<unknown>;
  lPush?(key: string, value: string): Promise<unknown>;
  lpush?(key: string, value: string): Promise<unknown>;
}

type Connect = (port: number) => Promise<Commands>;

const nodeRedis: Connect = async (port) => {
  const client = createClient({ socket: { port, host: "127.0.0.1", reconnectStrategy: 50 } });
  client.on("error", () => {});
  await client.connect();
  closing.push(() => client.destroy());
  return client as unknown as Commands;
};

const ioredis: Connect = async (port) => {
  const retryStrategy = () => 50;
  const client = new Redis({ port, host: "127.0.0.1", retryStrategy, maxRetriesPerRequest: 0 });
  client.on("error", () => {});
  closing.push(() => client.disconnect());
  return client as unknown as Commands;
};

const options = {
  idempotent: true,
  timeout: "250ms",
  retry: { attempts: 3, backoff: { base: 0 } },
  circuitBreaker: { window: { kind: "consecutive", failures: 3 }, openFor: "300ms" },
} as const satisfies TypedPolicyOptions<never>;

describe.skipIf(!there && !required).each([
  ["node-redis", nodeRedis],
  ["ioredis", ioredis],
])("%s with a real server", (_name, connect) => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  afterEach(() => server.thaw());

  async function under() {
    const subject = policy(options);
    let attempts = 0;
    subject.onFact((fact) => {
      if (fact.type === "attemptStarted") attempts++;
    });
    const client = policyRedis(await connect(server.port), subject);
    return { subject, client, attempts: () => attempts };
  }

  it("makes one call of each command", async () => {
    const { client, attempts } = await under();
    await client.set("a", "1");
    expect(await client.get("a")).toBe("1");
    expect(await client.incr("a")).toBe(2);
    expect(attempts()).toBe(3);
  });

  it("takes a wrong command for an answer", async () => {
    const { client, attempts, subject } = await under();
    await (client.lPush ?? client.lpush)?.("list", "1");
    for (let i = 0; i < 5; i++) await expect(client.get("list")).rejects.toThrow(/^WRONGTYPE/);
    expect(attempts()).toBe(6);
    expect(subject.breaker?.state).toBe("closed");
  });

  it("tries reads again when the server hangs, opens the circuit, and closes it afterwards", async () => {
    const { client, attempts, subject } = await under();
    await client.set("a", "kept");
    server.freeze();
    await expect(client.get("a")).rejects.toMatchObject({ code: "BREAKWATER_TIMEOUT" });
    expect(attempts()).toBe(4);
    expect(subject.breaker?.state).toBe("open");
    await expect(client.get("a")).rejects.toMatchObject({ code: "BREAKWATER_CIRCUIT_OPEN" });
    server.thaw();
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(await client.get("a")).toBe("kept");
    expect(subject.breaker?.state).toBe("closed");
  });

  it("sends a write once", async () => {
    const { client, attempts } = await under();
    await client.set("n", "0");
    server.freeze();
    await expect(client.incr("n")).rejects.toMatchObject({ code: "BREAKWATER_TIMEOUT" });
    expect(attempts()).toBe(2);
    server.thaw();
    expect(await client.get("n")).toBe("1");
  });

  it("holds to the deadline and the signal of a request", async () => {
    const { client, attempts } = await under();
    await client.get("a");
    server.freeze();
    const short = client.under(incoming({ "breakwater-deadline-ms": "50" }));
    const late = { code: "BREAKWATER_DEADLINE_EXCEEDED" };
    await expect(short.get("a")).rejects.toMatchObject(late);
    const leaving = new AbortController();
    const gone = client.under({ ...incoming({}), signal: leaving.signal }).get("a");
    leaving.abort(new Error("left"));
    await expect(gone).rejects.toThrow("left");
    expect(attempts()).toBe(3);
  });

  it("fails soon while the server is gone, and works when it is back", async () => {
    const { client } = await under();
    await client.set("a", "1");
    await server.stop();
    const startedAtMs = performance.now();
    await expect(client.get("a")).rejects.toThrow();
    expect(performance.now() - startedAtMs).toBeLessThan(1500);
    await server.run();
    await expect.poll(() => client.get("a").catch(() => "down"), { timeout: 5000 }).toBe(null);
  });
});

describe("which commands", () => {
  it("may be sent again", () => {
    const reads = ["get", "zrange_withscores", "eval_ro", "xinfo_stream", "get_buffer"];
    expect(reads.filter(isRead)).toEqual(reads);
    const writes = ["set", "getdel", "getset", "eval", "sort", "sort_store", "zrangestore", "incr"];
    expect(writes.filter(isRead)).toEqual([]);
  });

  it("are answered with an error of their own", () => {
    const own = (text: string) => isReplyToBlameOnCommand(new Error(text));
    expect(["ERR syntax", "WRONGTYPE x", "NOSCRIPT x", "OOM x"].map(own)).toEqual(
      Array(4).fill(true),
    );
    const failures = ["LOADING x", "CLUSTERDOWN x", "READONLY x", "Socket closed unexpectedly", ""];
    expect(failures.some(own)).toBe(false);
    const system = Object.assign(new Error("EPIPE x"), { errno: -32 });
    expect([isReplyToBlameOnCommand(system), isReplyToBlameOnCommand("ERR x")]).toEqual([
      false,
      false,
    ]);
  });

  it("pass by the policy", async () => {
    const client = createClient();
    const refusing = policy({ circuitBreaker: {} });
    refusing.breaker?.isolate();
    const wrapped = policyRedis(client, refusing);
    for (const command of ["get", "GET", "hGetAll", "zRangeWithScores"] as const) {
      await expect((wrapped[command] as (key: string) => Promise<unknown>)("a")).rejects.toThrow(
        "isolated",
      );
    }
    await expect(wrapped.sendCommand(["GET", "a"])).rejects.toThrow("isolated");
    for (const call of [() => wrapped.blPop("a", 1), () => wrapped.select(1)]) {
      await expect(call()).rejects.toThrow("The client is closed");
    }
    expect(wrapped.isOpen).toBe(false);
    expect(wrapped.multi()).toBeDefined();
  });
});
