import { once } from "node:events";
import { Readable } from "node:stream";
import axios, { type AxiosRequestConfig } from "axios";
import { describe, expect, it } from "vitest";
import { servers, until } from "../../test-support/http.ts";
import { incoming } from "../http/incoming.ts";
import { policy, type TypedPolicyOptions } from "../index.ts";
import { type PolicyAdapterOptions, policyAdapter } from "./axios.ts";

const serve = servers();
type Options = TypedPolicyOptions<never>;
const four: Options = { idempotent: true, retry: { attempts: 4, backoff: { base: 0 } } };

function under(options: Options, more: PolicyAdapterOptions = {}) {
  const subject = policy(options);
  return { subject, client: axios.create({ adapter: policyAdapter(subject, more) }) };
}

describe("attempts", () => {
  it("tries again until the answer is good, and tells the server", async () => {
    const seen: unknown[] = [];
    const { url } = await serve(({ headers }, response) => {
      seen.push([headers["breakwater-attempt"], headers["breakwater-deadline-ms"], headers["x-a"]]);
      response.writeHead(seen.length < 3 ? 503 : 200).end(`{"answer":${seen.length}}`);
    });
    const { client } = under({ ...four, timeout: "2s" });
    const { status, data } = await client.get(url, { headers: { "x-a": "1" } });
    expect([status, data]).toEqual([200, { answer: 3 }]);
    expect(seen).toEqual(["1", "2", "3"].map((attempt) => [attempt, "2000", "1"]));
  });

  it("rejects or answers as axios does when all have failed", async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.writeHead(500).end(`no ${requests}`);
    });
    const { client } = under(four);
    await expect(client.get(url)).rejects.toMatchObject({
      code: "ERR_BAD_RESPONSE",
      response: { status: 500, data: "no 4" },
    });
    const lenient = await client.get(url, { validateStatus: () => true });
    expect([lenient.status, lenient.data]).toEqual([500, "no 8"]);
  });

  it("counts a 404 as an answer, though it rejects", async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.writeHead(404).end();
    });
    const circuitBreaker = { window: { kind: "consecutive", failures: 1 } } as const;
    const { client, subject } = under({ ...four, circuitBreaker });
    await expect(client.get(url)).rejects.toMatchObject({ response: { status: 404 } });
    expect([requests, subject.breaker?.state]).toEqual([1, "closed"]);
    const strict = under(four, { isFailureStatus: (status) => status === 404 });
    await expect(strict.client.get(url)).rejects.toMatchObject({ response: { status: 404 } });
    expect(requests).toBe(5);
  });

  const requests: [string, AxiosRequestConfig, number][] = [
    ["GET", {}, 4],
    ["PUT", { method: "put", data: "x" }, 4],
    ["POST", { method: "post", data: "x" }, 1],
    ["a key", { method: "post", data: "x", headers: { "Idempotency-Key": "1" } }, 4],
    ["bytes", { method: "put", data: Buffer.alloc(1, "x") }, 4],
    ["a stream", { method: "put", data: Readable.from(["x"]) }, 1],
    ["a second owner", { breakwater: incoming({ "breakwater-attempt": "1" }) }, 1],
  ];
  it.each(requests)("%s", async (_name, config, attempts) => {
    const bodies: string[] = [];
    const { url } = await serve(async (received, response) => {
      let body = "";
      for await (const chunk of received) body += chunk;
      bodies.push(body);
      response.writeHead(503).end();
    });
    const { client } = under(four);
    await client.request({ ...config, url, validateStatus: () => true });
    expect(bodies).toEqual(Array(attempts).fill(config.data ? "x" : ""));
  });

  it("rejects with the network's error, or the policy's, and blames nobody for mistakes", async () => {
    const { url, server } = await serve(() => {});
    await new Promise((resolve) => server.close(resolve));
    const circuitBreaker = { window: { kind: "consecutive", failures: 4 } } as const;
    const { client, subject } = under({ ...four, circuitBreaker });
    await expect(client.get("ftp:x")).rejects.toThrow("protocol");
    expect(subject.breaker?.state).toBe("closed");
    await expect(client.get(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(subject.breaker?.state).toBe("open");
    await expect(client.get(url)).rejects.toMatchObject({ code: "BREAKWATER_CIRCUIT_OPEN" });
  });
});

describe("bodies and connections", () => {
  it("bounds the whole body, but not a stream", async () => {
    const { url, connections } = await serve((_, response) => {
      response.write("begin");
      setTimeout(() => response.end("end"), 150);
    });
    const { client } = under({ timeout: "75ms" });
    await expect(client.get(url)).rejects.toMatchObject({ code: "BREAKWATER_TIMEOUT" });
    await until(() => connections.open === 0);
    const { data } = await client.get(url, { responseType: "stream" });
    expect((await Readable.from(data).toArray()).join("")).toBe("beginend");
  });

  it("frees the connections of failed attempts whose body is a stream", async () => {
    let requests = 0;
    const { url, connections } = await serve((_, response) => {
      requests++;
      response.writeHead(requests % 4 === 0 ? 200 : 503).write("never ends");
    });
    const { data } = await under(four).client.get(url, { responseType: "stream" });
    expect(requests).toBe(4);
    await until(() => connections.open === 1);
    data.destroy();
    await until(() => connections.open === 0);
  });

  it("lets 10 MB through", async () => {
    const { url } = await serve((_, response) => response.end(Buffer.alloc(10_000_000, 7)));
    const { data } = await under(four).client.get(url, { responseType: "arraybuffer" });
    expect(data.length).toBe(10_000_000);
  });

  it("ends with the caller, by either signal", async () => {
    const { url, connections, server } = await serve(() => {});
    const { client } = under(four);
    const leaving = new AbortController();
    const own = client.get(url, { signal: leaving.signal });
    await once(server, "request");
    leaving.abort();
    await expect(own).rejects.toMatchObject({ code: "ERR_CANCELED" });
    await until(() => connections.open === 0);
    const parent = new AbortController();
    const from = { ...incoming({}), signal: parent.signal };
    const other = client.get(url, { breakwater: from });
    await once(server, "request");
    parent.abort(new Error("left"));
    await expect(other).rejects.toThrow("left");
    await until(() => connections.open === 0);
  });
});
