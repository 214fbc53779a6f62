// What each fault does, measured on the wire. The lower bounds are promises; the upper ones leave room for a busy machine.
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import {
  client,
  dial,
  lab,
  outcome,
  pause,
  received,
  roundTrip,
  until,
} from "../../test-support/wire.ts";

const SLOW_MACHINE_MS = 300;

describe("latency", () => {
  test("is added to live connections at once, and gone at once", async () => {
    const { proxy } = await lab();
    const socket = await client(proxy);
    expect(await roundTrip(socket)).toBeLessThan(80);
    await proxy.addFault({ type: "latency", attributes: { latency: 100 } });
    const slow = await roundTrip(socket);
    expect(slow).toBeGreaterThanOrEqual(99);
    expect(slow).toBeLessThan(100 + SLOW_MACHINE_MS);
    await proxy.updateFault("latency_downstream", { attributes: { latency: 200 } });
    expect(await roundTrip(socket)).toBeGreaterThanOrEqual(199);
    await proxy.removeFault("latency_downstream");
    expect(await roundTrip(socket)).toBeLessThan(80);
  });

  test("keeps order under jitter, and gives back what it holds when it goes", async () => {
    const { proxy } = await lab();
    const socket = await client(proxy);
    await proxy.addFault({
      type: "latency",
      stream: "upstream",
      attributes: { latency: 20, jitter: 20 },
    });
    let sent = "";
    const all = received(socket, 200);
    for (let i = 0; i < 50; i++) {
      socket.write(String(i).padStart(4, "0"));
      sent += String(i).padStart(4, "0");
      if (i % 10 === 0) await pause(1);
    }
    expect(String(await all)).toBe(sent);
    await proxy.updateFault("latency_upstream", { attributes: { latency: 60_000 } });
    socket.write("held");
    await pause(30);
    const held = received(socket, 4);
    await proxy.removeFault("latency_upstream");
    expect(String(await held)).toBe("held");
  });
});

test("bandwidth lets so many bytes pass in a second", async () => {
  const { proxy } = await lab();
  const socket = await client(proxy);
  await proxy.addFault({ type: "bandwidth", attributes: { rate: 200 } });
  const ms = await roundTrip(socket, 100_000);
  expect(ms).toBeGreaterThanOrEqual(490);
  expect(ms).toBeLessThan(500 + 2 * SLOW_MACHINE_MS);
});

test("bandwidth of 0 lets nothing pass until it is raised", async () => {
  const { proxy } = await lab();
  const socket = await client(proxy);
  await proxy.addFault({ type: "bandwidth" });
  const answer = received(socket, 4);
  socket.write("held");
  await pause(50);
  expect(socket.bytesRead).toBe(0);
  await proxy.updateFault("bandwidth_downstream", { attributes: { rate: 1_000 } });
  expect(String(await answer)).toBe("held");
});

test("slow_close delays the end, not the bytes", async () => {
  const { proxy } = await lab();
  const socket = await client(proxy);
  await proxy.addFault({ type: "slow_close", attributes: { delay: 150 } });
  expect(await roundTrip(socket)).toBeLessThan(80);
  socket.end();
  const { end, ms } = await outcome(socket);
  expect(end).toBe("FIN");
  expect(ms).toBeGreaterThanOrEqual(149);
  expect(ms).toBeLessThan(150 + SLOW_MACHINE_MS);
});

describe("timeout", () => {
  test("swallows bytes and closes after its time, also while data flows", async () => {
    const { proxy } = await lab();
    const socket = await client(proxy);
    await proxy.addFault({ type: "timeout", attributes: { timeout: 150 } });
    const flow = setInterval(() => socket.write("x"), 20);
    const { text, end, ms } = await outcome(socket);
    clearInterval(flow);
    expect({ text, end }).toEqual({ text: "", end: "FIN" });
    expect(ms).toBeGreaterThanOrEqual(140);
    expect(ms).toBeLessThan(150 + SLOW_MACHINE_MS);
  });

  test("of 0 never closes; removed, it closes what it held", async () => {
    const { proxy } = await lab();
    const socket = await client(proxy);
    await proxy.addFault({ type: "timeout" });
    const ended = outcome(socket);
    socket.write("lost");
    await pause(60);
    expect(proxy.connections()).toHaveLength(1);
    await proxy.removeFault("timeout_downstream");
    expect(await ended).toMatchObject({ text: "", end: "FIN" });
  });
});

describe("reset_peer", () => {
  test("resets live connections and new ones, idle or not", async () => {
    const { proxy } = await lab();
    const idle = await client(proxy);
    const ended = outcome(idle);
    await proxy.addFault({ type: "reset_peer" });
    expect(await ended).toMatchObject({ end: "ECONNRESET" });
    expect(await outcome(dial(proxy))).toMatchObject({ end: "ECONNRESET" });
  });

  test("does not wait for a slow reader", async () => {
    const { proxy, upstream } = await lab({}, {}, (socket) => {
      const more = (): void => {
        while (socket.write(Buffer.alloc(64 * 1024)));
      };
      socket.on("drain", more);
      more();
    });
    const socket = await client(proxy);
    socket.on("error", () => {});
    socket.pause();
    await pause(200);
    await proxy.addFault({ type: "reset_peer" });
    await until(() => upstream.sockets.size === 0 && proxy.connections().length === 0);
    const ended = outcome(socket);
    socket.resume();
    expect((await ended).end).toBe("ECONNRESET");
  });

  test("waits for its timeout", async () => {
    const { proxy, upstream } = await lab();
    const socket = await client(proxy);
    await roundTrip(socket);
    await proxy.addFault({ type: "reset_peer", attributes: { timeout: 100 } });
    const { end, ms } = await outcome(socket);
    expect(end).toBe("ECONNRESET");
    expect(ms).toBeGreaterThanOrEqual(95);
    await until(() => upstream.sockets.size === 0);
  });
});

test("slicer cuts bytes, with pauses between the pieces", async () => {
  const { proxy } = await lab();
  const socket = await client(proxy);
  await proxy.addFault({
    type: "slicer",
    attributes: { average_size: 100, size_variation: 20, delay: 10_000 },
  });
  const sizes: number[] = [];
  socket.on("data", ({ length }) => sizes.push(length));
  const ms = await roundTrip(socket, 1_000);
  expect(ms).toBeGreaterThanOrEqual(80);
  expect(ms).toBeLessThan(130 + 5 * SLOW_MACHINE_MS);
  expect(sizes.length).toBeGreaterThanOrEqual(5);
});

test("limit_data lets so many bytes pass, then FIN", async () => {
  const { proxy } = await lab();
  const socket = await client(proxy);
  await proxy.addFault({ type: "limit_data", attributes: { bytes: 10 } });
  const ended = outcome(socket);
  socket.write("0123456789abcdefghijklmno");
  expect(await ended).toMatchObject({ text: "0123456789", end: "FIN" });
});

describe("packet_loss", () => {
  test("loses about its share of chunks, in bursts with a correlation", async () => {
    const passedWith = async (correlation: number): Promise<string> => {
      const { proxy } = await lab({}, { seed: 4 });
      const socket = await client(proxy);
      await proxy.addFault({
        type: "packet_loss",
        stream: "upstream",
        attributes: { loss_rate: 0.3, correlation },
      });
      const ended = outcome(socket);
      for (let i = 0; i < 100; i++) {
        socket.write(String.fromCharCode(48 + (i % 70)));
        await pause(1);
      }
      socket.end();
      return (await ended).text;
    };
    const alone = await passedWith(0);
    expect(alone.length).toBeGreaterThan(50);
    expect(alone.length).toBeLessThan(90);
    expect((await passedWith(0.6)).length).toBeLessThan(alone.length);
  });

  test("with a retransmission delivers everything, late", async () => {
    const { proxy } = await lab();
    const socket = await client(proxy);
    await proxy.addFault({
      type: "packet_loss",
      attributes: { loss_rate: 1, retransmission: 100 },
    });
    expect(await roundTrip(socket, 50_000)).toBeGreaterThanOrEqual(99);
  });
});

test("corruption flips one bit in so many bytes", async () => {
  const { proxy } = await lab();
  const socket = await client(proxy);
  await proxy.addFault({ type: "corruption", attributes: { bytes: 3 } });
  socket.write(Buffer.alloc(64));
  const got = await received(socket, 64);
  const bad = [...got].filter((byte) => byte !== 0);
  expect(bad).toHaveLength(3);
  expect(bad.every((byte) => Number.isInteger(Math.log2(byte)))).toBe(true);
});

describe("blackhole", () => {
  test("holds bytes both ways, and gives them when it heals", async () => {
    const { proxy } = await lab();
    const socket = await client(proxy);
    await proxy.addFault({ type: "blackhole" });
    const answer = received(socket, 4);
    socket.write("held");
    await pause(60);
    expect(socket.bytesRead).toBe(0);
    await proxy.removeFault("blackhole_downstream");
    expect(String(await answer)).toBe("held");
  });

  test.runIf(process.platform === "linux")("leaves new connections unanswered", async () => {
    const { proxy } = await lab();
    await proxy.addFault({ type: "blackhole" });
    const socket = dial(proxy);
    let connected = false;
    socket.on("connect", () => {
      connected = true;
    });
    await pause(250);
    expect(connected).toBe(false);
    await proxy.updateFault("blackhole_downstream", { ttlMs: 50 });
    // It heals by itself; the caller's system asks again after a second.
    await once(socket, "connect");
    expect(await roundTrip(socket)).toBeLessThan(80);
  });

  test("with a toxicity below 1 accepts its share and stays silent", async () => {
    const { proxy } = await lab({}, { seed: 3 });
    await proxy.addFault({ type: "blackhole", toxicity: 0.5 });
    const sockets = await Promise.all(Array.from({ length: 20 }, () => client(proxy)));
    await until(() => proxy.connections().length === 20);
    for (const socket of sockets) socket.write("x");
    const silent = proxy.connections().filter(({ draws: [draw] }) => draw?.struck).length;
    const answered = () => sockets.filter(({ bytesRead }) => bytesRead === 1).length;
    await until(() => answered() >= 20 - silent);
    await pause(50);
    expect(answered()).toBe(20 - silent);
    expect(silent).toBeGreaterThan(3);
    expect(silent).toBeLessThan(17);
  });
});

describe("refuse", () => {
  test("refuses new connections and spares live ones", async () => {
    const { proxy } = await lab();
    const before = await client(proxy);
    await proxy.addFault({ type: "refuse" });
    expect(await outcome(dial(proxy))).toMatchObject({ end: "ECONNREFUSED" });
    expect(await roundTrip(before)).toBeLessThan(80);
    await proxy.removeFault("refuse_downstream");
    expect(await roundTrip(await client(proxy))).toBeLessThan(80);
  });

  test("with a toxicity below 1 resets its share", async () => {
    const { proxy } = await lab({}, { seed: 5 });
    await proxy.addFault({ type: "refuse", toxicity: 0.5 });
    const ends = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = dial(proxy);
        const ended = outcome(socket);
        socket.end("x");
        return (await ended).end;
      }),
    );
    const reset = ends.filter((end) => end === "ECONNRESET").length;
    expect(proxy.fault("refuse_downstream")?.struck).toBe(reset);
    expect(reset).toBeGreaterThan(3);
    expect(reset).toBeLessThan(17);
  });
});

test("a disabled proxy closes its connections and refuses new ones; its time enables it", async () => {
  const { proxy } = await lab();
  const ended = outcome(await client(proxy));
  await proxy.update({ enabled: false, ttlMs: 150 });
  expect(await ended).toMatchObject({ end: "FIN" });
  expect(await outcome(dial(proxy))).toMatchObject({ end: "ECONNREFUSED" });
  expect(proxy.enablesInMs).toBeGreaterThan(0);
  await until(() => proxy.enabled);
  expect(await roundTrip(await client(proxy))).toBeLessThan(80);
});
