import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import fastify from "fastify";
import { afterEach, expect, it } from "vitest";
import { accessLog } from "./access-log.ts";
import { accessOutcome } from "./access-outcome.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function server() {
  let text = "";
  const app = fastify();
  await app.register(accessLog, { service: 'a "shop"', write: (lines) => (text += lines) });
  app.get("/items/:id", async (request) => {
    request.degraded = ["price"];
    return {};
  });
  app.post("/fails/:status", async (request, reply) =>
    reply.code(Number((request.params as { status: string }).status)).send(),
  );
  app.get("/hangs", () => new Promise(() => {}));
  await app.listen({ port: 0, host: "127.0.0.1" });
  closing.push(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  const { port } = app.server.address() as AddressInfo;
  const lines = async (count: number): Promise<Record<string, unknown>[]> => {
    for (let i = 0; i < 200 && text.split("\n").length <= count; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const found = text.split("\n");
    expect(found.pop()).toBe("");
    return found.map((line) => JSON.parse(line));
  };
  return { app, port, url: `http://127.0.0.1:${port}`, lines };
}

it("writes a line for every request, in the documented order", async () => {
  const { url, lines } = await server();
  await fetch(`${url}/items/4%0A2?token=secret`);
  await fetch(`${url}/fails/503`, { method: "POST" });
  await fetch(`${url}/nowhere`);
  const [first, second, third] = await lines(3);
  expect(Object.keys(first ?? {})).toEqual(
    "time service method route path status durationMs outcome client degraded".split(" "),
  );
  expect(first).toMatchObject({
    service: 'a "shop"',
    method: "GET",
    route: "/items/:id",
    path: "/items/4%0A2",
    status: 200,
    outcome: "fallback",
    client: "127.0.0.1",
    degraded: ["price"],
  });
  expect(first?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(first?.durationMs).toBeGreaterThan(0);
  expect(second).toMatchObject({ method: "POST", route: "/fails/:status", outcome: "rejected" });
  expect(second).not.toHaveProperty("degraded");
  expect(third).toMatchObject({ route: null, path: "/nowhere", status: 404, outcome: "ok" });
});

it("tells of clients that left, and is one line whatever they send", async () => {
  const { port, lines } = await server();
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET /hangs HTTP/1.1\r\nHost: x\r\n\r\n");
  setTimeout(() => socket.destroy(), 50);
  expect((await lines(1))[0]).toMatchObject({ status: 499, outcome: "cancelled", route: "/hangs" });
  const strange = connect(port, "127.0.0.1");
  strange.write(
    `GET /"\u2028\\${"x".repeat(1000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
  );
  await once(strange.resume(), "close");
  const second = (await lines(1))[1];
  // Node may refuse such a line before anybody sees a request; what is seen is cut and quoted.
  if (second !== undefined) expect(String(second.path).length).toBe(200);
});

it("writes what is left when the server closes", async () => {
  let text = "";
  const app = fastify();
  await app.register(accessLog, { service: "x", write: (lines) => (text += lines) });
  app.get("/", async () => 1);
  await app.inject("/");
  await app.close();
  expect(JSON.parse(text)).toMatchObject({ route: "/", status: 200 });
});

it("says how a request ended in one word", () => {
  const words = [200, 404, 500, 503, 504].map((status) => accessOutcome(status, false));
  expect(words).toEqual(["ok", "ok", "failed", "rejected", "timedOut"]);
  expect(accessOutcome(200, true)).toBe("fallback");
});
