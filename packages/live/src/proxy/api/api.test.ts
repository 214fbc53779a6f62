// The API as Toxiproxy's clients see it.
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { client, echo, outcome, roundTrip, serve } from "../../../test-support/wire.ts";
import { createFaultProxies } from "../proxies.ts";
import type { AdminOptions } from "../types.ts";
import { serveAdmin } from "./admin.ts";

async function api(options: AdminOptions = {}) {
  const proxies = createFaultProxies({ seed: 1 });
  const admin = await serveAdmin(proxies, { port: 0, ...options });
  onTestFinished(async () => {
    await admin.close();
    await proxies.close();
  });
  const call = async (method: string, path: string, body?: unknown, headers: object = {}) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(`${admin.url}${path}`, {
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body: text }),
    });
    const got = await answer.text();
    const json = /json/.test(answer.headers.get("content-type") ?? "") ? JSON.parse(got) : got;
    return { status: answer.status, json, headers: answer.headers };
  };
  /** Status and text of the error. */
  const refused = async (...args: Parameters<typeof call>): Promise<[number, string]> => {
    const { status, json } = await call(...args);
    return [status, json.error];
  };
  return { proxies, admin, call, refused };
}

const upstream = "127.0.0.1:9";

describe("proxies", () => {
  test("are created, shown, changed and deleted", async () => {
    const { call } = await api();
    const created = await call("POST", "/proxies", { name: "a", listen: "localhost:0", upstream });
    expect(created.status).toBe(201);
    const { listen } = created.json;
    expect(listen).toMatch(/^127\.0\.0\.1:\d+$/);
    const proxy = { name: "a", listen, upstream, enabled: true, toxics: [] };
    expect(created.json).toMatchObject(proxy);
    expect(created.headers.get("x-toxiproxy-request-id")).toMatch(/./);
    expect((await call("GET", "/proxies")).json).toMatchObject({ a: proxy });
    expect((await call("GET", "/proxies/a")).json).toMatchObject(proxy);
    const off = await call("POST", "/proxies/a", { enabled: false });
    expect(off).toMatchObject({ status: 200, json: { ...proxy, enabled: false } });
    const on = await call("PATCH", "/proxies/a", { enabled: true, upstream: "localhost:10" });
    expect(on).toMatchObject({ status: 200, json: { listen, upstream: "localhost:10" } });
    expect(await call("DELETE", "/proxies/a")).toMatchObject({ status: 204, json: "" });
    expect((await call("GET", "/proxies")).json).toEqual({});
  });

  test("bad input gets Toxiproxy's codes and texts, and changes nothing", async () => {
    const { call, refused } = await api();
    const post = (body: unknown) => refused("POST", "/proxies", body);
    expect(await post({ upstream })).toEqual([400, "missing required field: name"]);
    expect(await post({ name: "a" })).toEqual([400, "missing required field: upstream"]);
    expect(await post("{")).toEqual([400, expect.stringMatching(/^bad request body: /)]);
    expect(await post("")).toEqual([400, "bad request body: EOF"]);
    expect(await post([])).toEqual([400, "bad request body: [] is not an object"]);
    expect(await post({ name: 5, upstream })).toEqual([400, expect.stringContaining("name: 5")]);
    expect(await post({ name: "a", upstream, enabled: "no" })).toEqual([
      400,
      'bad request body: enabled: "no" is not true or false',
    ]);
    expect(await post("x".repeat(2_000_000))).toEqual([413, expect.stringContaining("too large")]);
    expect((await call("GET", "/proxies")).json).toEqual({});
    const { address } = await serve(echo);
    expect(await post({ name: "a", listen: address, upstream })).toEqual([
      500,
      `listen tcp ${address}: bind: address already in use`,
    ]);
    expect((await call("POST", "/proxies", { name: "a", upstream })).status).toBe(201);
    expect(await post({ name: "a", upstream })).toEqual([409, "proxy already exists"]);
    for (const method of ["GET", "POST", "DELETE"]) {
      expect(await refused(method, "/proxies/b", method === "GET" ? undefined : {})).toEqual([
        404,
        "proxy not found",
      ]);
    }
    expect(await refused("PUT", "/proxies/a", {})).toEqual([405, expect.any(String)]);
    expect(await refused("GET", "/nothing")).toEqual([404, "page not found"]);
    expect(await refused("GET", "/proxies/%ff")).toEqual([400, expect.any(String)]);
    expect(await refused("GET", "/metrics")).toEqual([404, "page not found"]);
  });

  test("populate creates, leaves alone, replaces, and refuses all or nothing", async () => {
    const { call, proxies } = await api();
    const populate = (body: unknown) => call("POST", "/populate", body);
    const a = { name: "a", listen: "127.0.0.1:0", upstream };
    expect(await populate([a, { name: "b" }])).toMatchObject({
      status: 400,
      json: { error: "missing required field: upstream at proxy 2", status: 400, proxies: null },
    });
    expect(proxies.list()).toEqual([]);
    const first = await populate([a, { ...a, name: "b", enabled: false }]);
    expect(first.status).toBe(201);
    expect(first.json.proxies).toMatchObject([{ name: "a" }, { name: "b", enabled: false }]);
    const { listen } = first.json.proxies[0];
    await call("POST", "/proxies/a/toxics", { type: "latency" });
    const kept = await populate([{ ...a, listen }]);
    expect(kept.json.proxies).toMatchObject([{ listen, toxics: [{ name: "latency_downstream" }] }]);
    const toxics = [{ type: "latency", attributes: { latency: 5 } }];
    const replaced = await populate([{ ...a, upstream: "127.0.0.1:10", toxics }]);
    expect(replaced.json.proxies).toMatchObject([
      { upstream: "127.0.0.1:10", toxics: [{ attributes: { latency: 5 } }] },
    ]);
    const taken = { ...a, name: "c", listen: replaced.json.proxies[0].listen };
    expect(await populate([{ ...a, name: "d" }, taken])).toMatchObject({
      status: 500,
      json: { error: expect.stringContaining("in use"), proxies: [{ name: "d" }] },
    });
    const off = await call("POST", "/proxies", {
      name: "e",
      listen: "localhost:1",
      upstream,
      enabled: false,
    });
    expect(off.json.listen).toBe("localhost:1");
    expect(await populate({})).toMatchObject({ status: 400, json: { proxies: null } });
  });

  test("reset enables all and drops every toxic", async () => {
    const { call } = await api();
    await call("POST", "/proxies", { name: "a", upstream, enabled: false });
    await call("POST", "/proxies/a/toxics", { type: "latency" });
    expect(await call("POST", "/reset")).toMatchObject({ status: 204, json: "" });
    expect((await call("GET", "/proxies/a")).json).toMatchObject({ enabled: true, toxics: [] });
  });
});

describe("toxics", () => {
  test("are added, shown, changed and removed", async () => {
    const { call } = await api();
    await call("POST", "/proxies", { name: "a", upstream });
    const added = await call("POST", "/proxies/a/toxics", {
      type: "latency",
      toxicity: 0.5,
      attributes: { latency: 100 },
    });
    const toxic = {
      name: "latency_downstream",
      type: "latency",
      stream: "downstream",
      toxicity: 0.5,
      attributes: { latency: 100, jitter: 0 },
    };
    expect(added).toMatchObject({ status: 200, json: toxic });
    expect((await call("GET", "/proxies/a/toxics")).json).toMatchObject([toxic]);
    const path = "/proxies/a/toxics/latency_downstream";
    expect((await call("GET", path)).json).toMatchObject(toxic);
    const change = { attributes: { jitter: 5 }, name: "x", type: "y", stream: "upstream" };
    const after = { ...toxic, attributes: { latency: 100, jitter: 5 } };
    expect(await call("POST", path, change)).toMatchObject({ status: 200, json: after });
    expect((await call("PATCH", path, { toxicity: 1, ttl: "1min" })).json).toMatchObject({
      ...after,
      toxicity: 1,
      ttl: 60_000,
      expires_in: expect.any(Number),
    });
    expect(await call("DELETE", path)).toMatchObject({ status: 204, json: "" });
    expect((await call("GET", "/proxies/a/toxics")).json).toEqual([]);
  });

  test("bad input gets Toxiproxy's codes and texts", async () => {
    const { call, refused } = await api();
    await call("POST", "/proxies", { name: "a", upstream });
    const post = (body: unknown) => refused("POST", "/proxies/a/toxics", body);
    expect(await post({ type: "none" })).toEqual([400, "invalid toxic type"]);
    expect(await post({})).toEqual([400, "invalid toxic type"]);
    expect(await post({ type: "latency", stream: "up" })).toEqual([
      400,
      "stream was invalid, can be either upstream or downstream",
    ]);
    const wrong = { type: "latency", attributes: { latency: "1" } };
    expect(await post(wrong)).toEqual([
      400,
      expect.stringMatching(/^bad request body: attributes/),
    ]);
    expect(await post({ type: "latency", ttl: "soon" })).toEqual([
      400,
      expect.stringContaining('ttl: "soon"'),
    ]);
    await call("POST", "/proxies/a/toxics", { type: "latency" });
    expect(await post({ type: "latency" })).toEqual([409, "toxic already exists"]);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const body = method === "PATCH" ? {} : undefined;
      expect(await refused(method, "/proxies/a/toxics/b", body)).toEqual([404, "toxic not found"]);
      expect(await refused(method, "/proxies/b/toxics/b", body)).toEqual([404, "proxy not found"]);
    }
  });
});

test("version, metrics and connections", async () => {
  const { call, proxies } = await api({ metrics: true });
  expect((await call("GET", "/version")).json).toEqual({ version: expect.stringMatching(/^2\./) });
  const { address } = await serve(echo);
  await call("POST", "/proxies", { name: 'a"b', upstream: address });
  const proxy = proxies.get('a"b');
  if (proxy === undefined) throw new Error("not created");
  await proxy.addFault({ type: "latency", name: "slow", toxicity: 0 });
  await roundTrip(await client(proxy), 77);
  const { json, headers } = await call("GET", "/metrics");
  expect(headers.get("content-type")).toMatch(/^text\/plain; version=0.0.4/);
  const labels = `direction="upstream",listener="${proxy.listen}",proxy="a\\"b",upstream="${address}"`;
  expect(json).toContain(`toxiproxy_proxy_received_bytes_total{${labels}} 77\n`);
  expect(json).toContain('breakwater_proxy_connections{proxy="a\\"b"} 1\n');
  const list = await call("GET", `/proxies/${encodeURIComponent('a"b')}/connections`);
  expect(list.json).toMatchObject({
    accepted: 1,
    connections: [{ index: 0, bytes: { upstream: { received: 77 } }, draws: { slow: false } }],
  });
});

describe("web pages are kept out", () => {
  const status = async (admin: { url: string }, ...headers: string[]): Promise<number> => {
    const { hostname, port } = new URL(admin.url);
    const socket = connect(Number(port), hostname);
    const answered = outcome(socket);
    socket.write(`GET /version HTTP/1.1\r\nConnection: close\r\n${headers.join("\r\n")}\r\n\r\n`);
    return Number((await answered).text.split(" ")[1]);
  };

  test("by host, origin and user agent", async () => {
    const { admin } = await api();
    for (const host of ["localhost:8474", "127.0.0.1", "[::1]:8474", "10.0.0.7:1"]) {
      expect(await status(admin, `Host: ${host}`)).toBe(200);
    }
    expect(await status(admin, "Host: evil.example:8474")).toBe(403);
    expect(await status(admin, "Host: localhost.evil.example")).toBe(403);
    expect(await status(admin, "Host: localhost", "Origin: http://evil.example")).toBe(403);
    expect(await status(admin, "Host: localhost", "Origin: null")).toBe(403);
    expect(await status(admin, "Host: localhost", "User-Agent: Mozilla/5.0")).toBe(403);
    expect(await status(admin, "Host: localhost", "Sec-Fetch-Site: cross-site")).toBe(403);
  });

  test("but for hosts and origins that are allowed", async () => {
    const origin = "http://127.0.0.1:8080";
    const { admin, call } = await api({ allowedHosts: ["Chaos"], allowedOrigins: [origin] });
    expect(await status(admin, "Host: chaos:8474")).toBe(200);
    expect(await status(admin, "Host: chaos", `Origin: ${origin}`, "User-Agent: Mozilla/5.0")).toBe(
      200,
    );
    expect(await status(admin, "Host: chaos", "Origin: http://127.0.0.1:8081")).toBe(403);
    const preflight = await call("OPTIONS", "/proxies", undefined, { Origin: origin });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(origin);
  });
});
