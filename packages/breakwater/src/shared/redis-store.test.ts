import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { type RedisClient, redisStore } from "../shared.ts";

const found = spawnSync("redis-server", ["--version"]).status === 0;

test("a Redis server is there to test with", (context) => {
  if (found) return;
  if (process.env.BREAKWATER_REQUIRE_ALL === "1")
    throw new Error("redis-server is not on the PATH");
  console.warn("redis-server is not on the PATH: the tests of redisStore are skipped");
  context.skip();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

describe.runIf(found)("redisStore", () => {
  let server: ChildProcess;
  let ioredis: Redis;
  let nodeRedis: ReturnType<typeof createClient>;

  beforeAll(async () => {
    const port = await freePort();
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"];
    server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "ignore"] });
    for await (const text of server.stdout ?? []) if (/ready to accept/i.test(String(text))) break;
    ioredis = new Redis({ port, host: "127.0.0.1" });
    nodeRedis = createClient({ socket: { port, host: "127.0.0.1" } });
    await nodeRedis.connect();
  });

  afterAll(async () => {
    ioredis.disconnect();
    nodeRedis.destroy();
    const ended = once(server, "exit");
    server.kill();
    await ended;
  });

  const clients: [string, () => RedisClient][] = [
    ["ioredis", () => ioredis],
    ["node-redis", () => nodeRedis as unknown as RedisClient],
  ];

  it.each(clients)("counts votes, and forgets them, with %s", async (name, client) => {
    const store = redisStore(client(), { prefix: `test-${name}` });
    const circuit = 'a name {with} "all" sorts';
    expect(await store.read(circuit)).toEqual({ live: 0, open: 0 });
    const publish = (processId: string, open: boolean, ttlMs: number) =>
      store.publish({ name: circuit, processId, open, ttlMs });
    await publish("a", true, 60_000);
    await publish("b", false, 60_000);
    await publish("c", true, 60_000);
    expect(await store.read(circuit)).toEqual({ live: 3, open: 2 });
    await publish("a", false, 60_000);
    await publish("c", true, 0);
    expect(await store.read(circuit)).toEqual({ live: 2, open: 0 });
    expect(await store.read("another")).toEqual({ live: 0, open: 0 });
  });

  it("forgets who is not heard of any more, and leaves no key behind", async () => {
    const store = redisStore(ioredis, { prefix: "brief" });
    await store.publish({ name: "x", processId: "a", open: true, ttlMs: 30 });
    expect(await store.read("x")).toEqual({ live: 1, open: 1 });
    await pause(80);
    expect(await store.read("x")).toEqual({ live: 0, open: 0 });
    expect(await ioredis.keys("brief*")).toEqual([]);
  });

  it("keeps a longer life of one vote when a shorter one is published", async () => {
    const store = redisStore(ioredis, { prefix: "mixed" });
    await store.publish({ name: "x", processId: "a", open: true, ttlMs: 60_000 });
    await store.publish({ name: "x", processId: "b", open: true, ttlMs: 30 });
    await pause(80);
    expect(await store.read("x")).toEqual({ live: 1, open: 1 });
  });
});
