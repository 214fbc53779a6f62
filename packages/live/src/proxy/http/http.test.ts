import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  request,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { client, outcome, pause, until } from "../../../test-support/wire.ts";
import { createFaultProxies } from "../proxies.ts";
import type { FaultProxiesOptions, FaultProxy } from "../types.ts";

async function lab(listener?: RequestListener, settings: FaultProxiesOptions = {}) {
  const paths: string[] = [];
  const server: Server = createServer((asked, answer) => {
    paths.push(`${asked.method} ${asked.url}`);
    if (listener) listener(asked, answer);
    else answer.setHeader("X-From", "upstream").end(`hello from ${asked.url}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxies = createFaultProxies(settings);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(async () => {
    agent.destroy();
    await proxies.close();
    server.close();
    server.closeAllConnections();
  });
  const upstream = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy = await proxies.create({ name: "web", upstream, protocol: "http" });
  return { proxy, proxies, server, paths, ask: asker(proxy, agent) };
}

interface Got {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage["headers"];
  readonly answer: IncomingMessage;
  readonly ms: number;
}

/** Asks over one connection that is kept alive. */
function asker({ host, port }: FaultProxy, agent: Agent) {
  return async (path: string, options: object = {}, body?: string | Buffer): Promise<Got> => {
    const from = performance.now();
    const asked = request({ host, port, path, agent, ...options });
    asked.on("error", () => {});
    asked.end(body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const text = String(Buffer.concat(chunks));
    const { statusCode: status = 0, headers } = answer;
    return { status, body: text, headers, answer, ms: performance.now() - from };
  };
}

describe("without faults", () => {
  test("passes requests and answers as they are, over one connection", async () => {
    const seen: IncomingMessage[] = [];
    const { ask, proxy } = await lab((asked, answer) => {
      seen.push(asked);
      answer.sendDate = false;
      answer.writeHead(201, "Made It", ["X-Two", "1", "x-two", "2", "Trailer", "X-End"]);
      asked.on("end", () => answer.addTrailers({ "X-End": "yes" }));
      asked.pipe(answer);
    });
    const headers = ["Host", "shop.example", "X-CaSe", "a", "Content-Length", "4"];
    const got = await ask("/a%20b?c=d", { method: "PUT", headers, setHost: false }, "body");
    expect(got).toMatchObject({ status: 201, body: "body" });
    expect(got.answer.statusMessage).toBe("Made It");
    expect(got.answer.rawHeaders.slice(0, 4)).toEqual(["X-Two", "1", "x-two", "2"]);
    expect(got.answer.trailers).toEqual({ "x-end": "yes" });
    expect(seen[0]).toMatchObject({ method: "PUT", url: "/a%20b?c=d" });
    expect(seen[0]?.rawHeaders.slice(0, 6)).toEqual(headers);
    await ask("/again");
    expect(proxy.connections()).toMatchObject([{ index: 0, requests: 2 }]);
  });

  test("passes large bodies and bodies without a length", async () => {
    const { ask } = await lab((asked, answer) => asked.pipe(answer));
    const large = Buffer.alloc(3_000_000, "abc");
    const got = await ask("/", { method: "POST" }, large);
    expect(got.body.length).toBe(large.length);
    const chunked = { method: "POST", headers: { "Transfer-Encoding": "chunked" } };
    expect((await ask("/", chunked, "in pieces")).body).toBe("in pieces");
  });

  test("answers of 204, 304 and HEAD have no body", async () => {
    const { ask } = await lab((asked, answer) => {
      answer.writeHead(Number(asked.url?.slice(1)), { ETag: '"1"' }).end();
    });
    expect(await ask("/204")).toMatchObject({ status: 204, body: "" });
    expect(await ask("/304")).toMatchObject({ status: 304, headers: { etag: '"1"' } });
    expect(await ask("/200", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  });

  test("passes an upgrade and the bytes after it", async () => {
    const { proxy, server } = await lab();
    server.on("upgrade", (_asked, socket) => {
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n",
      );
      socket.pipe(socket);
    });
    const socket = await client(proxy);
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n");
    const all = outcome(socket);
    await pause(60);
    socket.end("echoed");
    const { text } = await all;
    expect(text).toMatch(/^HTTP\/1.1 101 .*\r\n\r\nechoed$/s);
  });

  test("an upstream that closes the connection closes the client's", async () => {
    const { proxy, ask } = await lab((_asked, answer) =>
      answer.setHeader("Connection", "close").end("bye"),
    );
    const got = await ask("/");
    expect(got).toMatchObject({ body: "bye", headers: { connection: "close" } });
    await until(() => proxy.connections().length === 0);
  });

  test("what is not HTTP is refused", async () => {
    const { proxy, paths } = await lab();
    const socket = await client(proxy);
    socket.write("nonsense\r\n\r\n");
    expect((await outcome(socket)).text).toMatch(/^HTTP\/1.1 400/);
    expect(paths).toEqual([]);
  });
});

describe("http_error", () => {
  test("answers in place of the upstream, with status, body and headers", async () => {
    const { proxy, ask, paths } = await lab();
    await proxy.addFault({
      type: "http_error",
      attributes: { status: 429, body: "slow down", headers: { "Retry-After": "3" } },
    });
    const got = await ask("/x", { method: "POST" }, "ignored");
    expect(got).toMatchObject({ status: 429, body: "slow down", headers: { "retry-after": "3" } });
    await proxy.removeFault("http_error_downstream");
    expect(await ask("/x")).toMatchObject({ status: 200, body: "hello from /x" });
    expect(paths).toEqual(["GET /x"]);
  });

  test("strikes a share of requests, not of connections", async () => {
    const statuses = async (seed: number): Promise<number[]> => {
      const { proxy, ask } = await lab(undefined, { seed });
      await proxy.addFault({ type: "http_error", toxicity: 0.5 });
      const found: number[] = [];
      for (let i = 0; i < 40; i++) found.push((await ask("/")).status);
      expect(proxy.accepted).toBe(1);
      expect(proxy.fault("http_error_downstream")?.struck).toBe(
        found.filter((it) => it === 503).length,
      );
      return found;
    };
    const first = await statuses(1);
    const failed = first.filter((status) => status === 503).length;
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(32);
    expect(await statuses(1)).toEqual(first);
    expect(await statuses(2)).not.toEqual(first);
  });

  test("strikes the first so many, every so many-th, one path, one method", async () => {
    const { proxy, ask } = await lab();
    const statuses = async (attributes: object, asked: [string, string][]): Promise<number[]> => {
      await proxy.addFault({ type: "http_error", attributes });
      const found: number[] = [];
      for (const [method, path] of asked) found.push((await ask(path, { method })).status);
      await proxy.removeFault("http_error_downstream");
      return found;
    };
    const get = (path: string): [string, string] => ["GET", path];
    const six = Array.from({ length: 6 }, () => get("/"));
    expect(await statuses({ first: 2 }, six)).toEqual([503, 503, 200, 200, 200, 200]);
    expect(await statuses({ every: 3 }, six)).toEqual([200, 200, 503, 200, 200, 503]);
    const paths = [get("/users/1?x=/users/9"), get("/users"), get("/v1/users/2"), get("/users/")];
    expect(await statuses({ path: "/users/*" }, paths)).toEqual([503, 200, 200, 503]);
    expect(await statuses({ method: "post" }, [["POST", "/"], get("/")])).toEqual([503, 200]);
    // Counted are only those that match.
    const mixed = [get("/a"), get("/b"), get("/b"), get("/b")];
    expect(await statuses({ path: "/b", first: 2 }, mixed)).toEqual([200, 503, 503, 200]);
  });
});

describe("http_latency", () => {
  test("holds a request before it is sent on, or its answer after", async () => {
    const { proxy, ask, paths } = await lab();
    await proxy.addFault({
      type: "http_latency",
      stream: "upstream",
      attributes: { latency: 120 },
    });
    const asked = ask("/");
    await pause(60);
    expect(paths).toEqual([]);
    expect((await asked).ms).toBeGreaterThanOrEqual(119);
    await proxy.removeFault("http_latency_upstream");
    await proxy.addFault({ type: "http_latency", attributes: { latency: 120 } });
    const again = ask("/");
    await pause(60);
    expect(paths).toHaveLength(2);
    expect((await again).ms).toBeGreaterThanOrEqual(119);
  });

  test("delays errors, too, and lets go when it is removed", async () => {
    const { proxy, ask } = await lab();
    await proxy.addFault({ type: "http_latency", attributes: { latency: 60_000 } });
    await proxy.addFault({ type: "http_error" });
    const asked = ask("/");
    await pause(50);
    await proxy.removeFault("http_latency_downstream");
    const { status, ms } = await asked;
    expect(status).toBe(503);
    expect(ms).toBeGreaterThanOrEqual(45);
    expect(ms).toBeLessThan(1_000);
  });
});

test("http_abort resets before the upstream has seen the request, or after it has worked", async () => {
  const { proxy, ask, paths } = await lab();
  await proxy.addFault({ type: "http_abort", stream: "upstream" });
  await expect(ask("/before")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(paths).toEqual([]);
  await proxy.removeFault("http_abort_upstream");
  await proxy.addFault({ type: "http_abort", stream: "downstream" });
  await expect(ask("/after")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(paths).toEqual(["GET /after"]);
});

test("http_response changes what the upstream answered", async () => {
  const { proxy, ask, paths } = await lab();
  const headers = { "X-From": null, "X-New": "1" };
  await proxy.addFault({ type: "http_response", attributes: { status: 500, headers } });
  const changed = await ask("/");
  expect(changed).toMatchObject({ status: 500, body: "hello from /", headers: { "x-new": "1" } });
  expect(changed.headers["x-from"]).toBeUndefined();
  await proxy.updateFault("http_response_downstream", { attributes: { body: "other" } });
  expect(await ask("/")).toMatchObject({ body: "other", headers: { "content-length": "5" } });
  expect(paths).toHaveLength(2);
});

test("faults on bytes work in HTTP mode as well", async () => {
  const { proxy, ask } = await lab();
  await ask("/");
  await proxy.addFault({ type: "latency", attributes: { latency: 100 } });
  expect((await ask("/")).ms).toBeGreaterThanOrEqual(99);
  await proxy.addFault({ type: "reset_peer" });
  await expect(ask("/")).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("an upstream that is down resets the client; one that dies amid an answer, too", async () => {
  const { proxy, ask, server } = await lab((_asked, answer) => {
    answer.writeHead(200, { "Content-Length": "100" });
    answer.write("half of");
    setTimeout(() => answer.destroy(), 20);
  });
  await expect(ask("/")).rejects.toMatchObject({ code: "ECONNRESET" });
  server.close();
  server.closeAllConnections();
  await expect(ask("/")).rejects.toMatchObject({ code: "ECONNRESET" });
  await proxy.update({ upstreamDown: "close" });
  const socket = await client(proxy);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  expect(await outcome(socket)).toMatchObject({ text: "", end: "FIN" });
});

test("a client that leaves ends its request at the upstream", async () => {
  let left = false;
  const { proxy } = await lab((_asked, answer) => {
    answer.on("close", () => {
      left = true;
    });
  });
  const socket = await client(proxy);
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await pause(50);
  socket.destroy();
  await until(() => left && proxy.connections().length === 0);
});
