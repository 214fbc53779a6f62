// What holds for every connection, with and without faults.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import {
  client,
  dial,
  echo,
  lab,
  outcome,
  pause,
  received,
  roundTrip,
  serve,
  until,
} from "../../test-support/wire.ts";
import { createFaultProxies } from "./proxies.ts";

test("half-close: what comes after the client's end still arrives", async () => {
  const { proxy } = await lab({}, {}, (socket) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("end", () => setTimeout(() => socket.end(`heard ${Buffer.concat(chunks)}`), 30));
  });
  for (const latency of [0, 30]) {
    if (latency > 0)
      await proxy.addFault({ type: "latency", stream: "upstream", attributes: { latency } });
    const socket = await client(proxy);
    socket.end("all of it");
    expect(await outcome(socket)).toMatchObject({ text: "heard all of it", end: "FIN" });
  }
});

test("bytes that are held arrive although both ends have finished", async () => {
  let heard = "";
  const { proxy } = await lab({}, {}, (socket) => {
    socket.end();
    socket.on("data", (chunk) => {
      heard += chunk;
    });
  });
  await proxy.addFault({ type: "latency", stream: "upstream", attributes: { latency: 80 } });
  const socket = await client(proxy);
  socket.end("late");
  await outcome(socket);
  await until(() => heard === "late");
});

test("an upstream that is reset resets the client", async () => {
  const { proxy } = await lab({}, {}, (socket) =>
    socket.once("data", () => socket.resetAndDestroy()),
  );
  const socket = await client(proxy);
  socket.write("x");
  expect(await outcome(socket)).toMatchObject({ end: "ECONNRESET" });
});

describe.each([[[]], [[{ type: "latency", attributes: { latency: 5 } } as const]]])(
  "with %j",
  (faults) => {
    test("a slow reader slows the sender: nothing piles up in the proxy", async () => {
      let sent = 0;
      const chunk = Buffer.alloc(64 * 1024);
      const { proxy } = await lab({ faults }, {}, (socket) => {
        const more = (): void => {
          do sent += chunk.length;
          while (sent < 500e6 && socket.write(chunk));
        };
        socket.on("drain", more);
        more();
      });
      const socket = await client(proxy);
      socket.on("data", () => {});
      socket.pause();
      let before = -1;
      while (sent !== before) {
        before = sent;
        await pause(150);
      }
      // The buffers of four sockets, and what a delay may hold.
      expect(sent).toBeLessThan(40e6);
      const { downstream } = proxy.bytes;
      expect(downstream.received).toBeLessThan(30e6);
      socket.resume();
      await until(() => downstream.sent > 60e6);
    });
  },
);

test("a large answer in small pieces arrives whole, although its reader stops for a while", async () => {
  const bytes = Buffer.alloc(20_000_000);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + (i >> 8)) & 255;
  const { proxy } = await lab({}, {}, async (socket) => {
    for (let at = 0; at < bytes.length; at += 10_000) {
      if (!socket.write(bytes.subarray(at, at + 10_000))) await once(socket, "drain");
      else await new Promise(setImmediate);
    }
    socket.end();
  });
  const socket = await client(proxy);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.pause();
  setTimeout(() => socket.resume(), 400);
  await once(socket, "end");
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
});

test("every byte arrives once and in order, whatever comes and goes meanwhile", async () => {
  const { proxy } = await lab({}, { seed: 9 });
  const socket = await client(proxy);
  const bytes = Buffer.alloc(2_000_000);
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31 + (i >> 8)) & 255;
  const back = received(socket, bytes.length);
  socket.write(bytes);
  for (let round = 0; round < 8; round++) {
    await proxy.addFault({ type: "latency", attributes: { latency: 3, jitter: 3 } });
    await proxy.addFault({
      type: "slicer",
      stream: "upstream",
      attributes: { average_size: 9_000 },
    });
    await proxy.addFault({ type: "bandwidth", stream: "upstream", attributes: { rate: 20_000 } });
    await proxy.addFault({ type: "blackhole", toxicity: 0.5 });
    await pause(8);
    for (const { name } of proxy.faults().toReversed()) await proxy.removeFault(name);
  }
  expect((await back).equals(bytes)).toBe(true);
});

test("no socket is left after 1,000 connections", async () => {
  const { proxy, upstream } = await lab({}, { seed: 2 });
  await proxy.addFault({ type: "latency", toxicity: 0.3, attributes: { latency: 2 } });
  await proxy.addFault({ type: "reset_peer", toxicity: 0.1, attributes: { timeout: 1 } });
  await proxy.addFault({ type: "limit_data", toxicity: 0.2, attributes: { bytes: 2 } });
  const one = async (): Promise<void> => {
    const socket = dial(proxy);
    const ended = outcome(socket);
    socket.write("hello");
    socket.end();
    await ended;
    socket.destroy();
  };
  for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 50 }, one));
  await until(() => upstream.sockets.size === 0 && proxy.connections().length === 0);
  expect(proxy.accepted).toBe(1_000);
  await until(
    () => process.getActiveResourcesInfo().filter((it) => it === "TCPSocketWrap").length < 5,
  );
});

test("counters and connections are live", async () => {
  const { proxy } = await lab();
  const socket = await client(proxy);
  await roundTrip(socket, 1_234);
  const counts = { received: 1_234, sent: 1_234 };
  expect(proxy.bytes).toEqual({ upstream: counts, downstream: counts });
  const [connection] = proxy.connections();
  const address = `127.0.0.1:${socket.localPort}`;
  expect(connection).toMatchObject({ index: 0, client: address, bytes: { upstream: counts } });
  socket.destroy();
  await until(() => proxy.connections().length === 0);
  expect(proxy.bytes.upstream).toEqual(counts);
});

describe("an upstream that is down", () => {
  async function deadPort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test("resets clients, or closes as Toxiproxy does", async () => {
    const upstream = `127.0.0.1:${await deadPort()}`;
    const { proxy } = await lab({ upstream });
    expect(await outcome(dial(proxy))).toMatchObject({ text: "", end: "ECONNRESET" });
    await proxy.update({ upstreamDown: "close" });
    expect(await outcome(dial(proxy))).toMatchObject({ text: "", end: "FIN" });
  });

  test("can be told as it is: refused, until it is back", async () => {
    const port = await deadPort();
    const { proxy } = await lab({ upstream: `127.0.0.1:${port}`, upstreamDown: "refuse" });
    expect(await outcome(dial(proxy))).toMatchObject({ end: "ECONNRESET" });
    await pause(20);
    expect(await outcome(dial(proxy))).toMatchObject({ end: "ECONNREFUSED" });
    await serve(echo, port);
    await pause(250);
    expect(await roundTrip(await client(proxy))).toBeLessThan(80);
  });
});

describe("draws", () => {
  const drawn = async (seed: number, toxicity = 0.5): Promise<boolean[]> => {
    const { proxy } = await lab({}, { seed });
    await proxy.addFault({ type: "latency", toxicity });
    const sockets: Socket[] = [];
    for (let i = 0; i < 40; i++) sockets.push(await client(proxy));
    await until(() => proxy.connections().length === 40);
    return proxy.connections().map(({ draws: [draw] }) => draw?.struck === true);
  };

  test("are the same for the same seed and connection", async () => {
    const first = await drawn(7);
    expect(await drawn(7)).toEqual(first);
    expect(await drawn(8)).not.toEqual(first);
    const struck = first.filter((hit) => hit).length;
    expect(struck).toBeGreaterThan(8);
    expect(struck).toBeLessThan(32);
  });

  test("stay when the fault or a neighbour changes; more toxicity only adds", async () => {
    const { proxy } = await lab({}, { seed: 7 });
    await proxy.addFault({ type: "latency", toxicity: 0.3 });
    for (let i = 0; i < 30; i++) await client(proxy);
    await until(() => proxy.connections().length === 30);
    const struck = () =>
      proxy.connections().flatMap(({ index, draws }) => (draws[0]?.struck ? [index] : []));
    const before = struck();
    await proxy.updateFault("latency_downstream", { attributes: { latency: 1 } });
    await proxy.addFault({ type: "slow_close", toxicity: 0.5 });
    expect(struck()).toEqual(before);
    await proxy.updateFault("latency_downstream", { toxicity: 0.7 });
    expect(struck()).toEqual(expect.arrayContaining(before));
    expect(struck().length).toBeGreaterThan(before.length);
    expect(proxy.fault("latency_downstream")?.struck).toBe(struck().length);
  });
});

describe("expiry", () => {
  test("every kind of fault heals by itself", async () => {
    const { proxy } = await lab({}, { defaultTtlMs: 150 });
    const socket = await client(proxy);
    await proxy.addFault({ type: "latency", attributes: { latency: 100 } });
    await proxy.addFault({ type: "refuse" });
    await proxy.addFault({ type: "http_error", ttlMs: 120 });
    expect(proxy.faults().every(({ expiresInMs = 0 }) => expiresInMs > 0)).toBe(true);
    await until(() => proxy.faults().length === 0);
    expect(await roundTrip(socket)).toBeLessThan(80);
    expect(await roundTrip(await client(proxy))).toBeLessThan(80);
  });

  test("a new time starts anew, and 0 takes it away", async () => {
    const { proxy } = await lab();
    await proxy.addFault({ type: "latency", ttlMs: 60 });
    await proxy.addFault({ type: "slow_close", ttlMs: 60 });
    await proxy.updateFault("latency_downstream", { ttlMs: 0 });
    await proxy.updateFault("slow_close_downstream", { ttlMs: 5_000 });
    await pause(100);
    expect(proxy.faults().map(({ name, ttlMs }) => [name, ttlMs])).toEqual([
      ["latency_downstream", 0],
      ["slow_close_downstream", 5_000],
    ]);
  });
});

test("a fault that comes with its proxy strikes the first connection", async () => {
  const faults = [{ type: "latency", attributes: { latency: 80 } }] as const;
  const { proxy } = await lab({ faults });
  expect(await roundTrip(await client(proxy))).toBeGreaterThanOrEqual(79);
});

test("bad input is refused and changes nothing", async () => {
  const proxies = createFaultProxies({ maxProxies: 1, maxFaults: 1 });
  const upstream = "127.0.0.1:1";
  const create = (options: object) => proxies.create({ name: "p", upstream, ...options });
  await expect(create({ name: "a/b" })).rejects.toMatchObject({ status: 400 });
  await expect(create({ upstream: "nowhere" })).rejects.toThrow(
    'upstream: "nowhere" is not host:port',
  );
  await expect(create({ listen: "x:99999" })).rejects.toMatchObject({ status: 400 });
  await expect(create({ protocol: "udp" })).rejects.toThrow("not one of tcp, http");
  await expect(create({ faults: [{ type: "none" }] })).rejects.toThrow("invalid toxic type");
  expect(proxies.list()).toEqual([]);
  const proxy = await create({});
  await expect(create({})).rejects.toMatchObject({ status: 409 });
  await expect(create({ name: "q" })).rejects.toThrow("at most 1 proxies");
  const add = (fault: object) => proxy.addFault({ type: "latency", ...fault } as never);
  await expect(add({ toxicity: 7 })).rejects.toThrow("toxicity: 7 is not a number from 0 to 1");
  await expect(add({ ttlMs: -1 })).rejects.toMatchObject({ status: 400 });
  await expect(add({ attributes: { latency: "1" } })).rejects.toThrow(
    'attributes.latency: "1" is not',
  );
  await expect(add({ attributes: { latency: -1 } })).rejects.toMatchObject({ status: 400 });
  await expect(add({ attributes: { latencyy: 1 } })).rejects.toThrow("did you mean latency?");
  await expect(add({ attributes: [] })).rejects.toThrow("is not an object");
  expect(proxy.faults()).toEqual([]);
  await add({});
  await expect(add({ name: "second" })).rejects.toThrow("at most 1 toxics");
  await expect(add({})).rejects.toMatchObject({ status: 409 });
  await expect(
    proxy.updateFault("latency_downstream", { attributes: { jitter: 1.5 } }),
  ).rejects.toThrow("whole");
  expect(proxy.faults()[0]?.attributes).toEqual({ latency: 0, jitter: 0 });
  await proxies.close();
});

test("a port that is taken when a fault heals is taken back later", async () => {
  const { proxy } = await lab();
  await proxy.addFault({ type: "refuse", ttlMs: 150 });
  const thief = await serve(echo, proxy.port);
  await until(() => proxy.faults().length === 0);
  thief.server.close();
  await pause(300);
  const before = proxy.accepted;
  expect(await roundTrip(await client(proxy))).toBeLessThan(80);
  expect(proxy.accepted).toBe(before + 1);
});

test("changes at once are made in their order, and none after the end", async () => {
  const { proxy, proxies } = await lab();
  await Promise.all([true, false, true, false].map((enabled) => proxy.update({ enabled })));
  expect(await outcome(dial(proxy))).toMatchObject({ end: "ECONNREFUSED" });
  const late = proxies.remove("p").then(() => proxy.update({ enabled: true }));
  await expect(late).rejects.toMatchObject({ status: 404 });
});
