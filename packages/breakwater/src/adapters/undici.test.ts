import { once } from "node:events";
import { Readable } from "node:stream";
import { Agent, request, fetch as undiciFetch } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { servers, until } from "../../test-support/http.ts";
import { incoming } from "../http/incoming.ts";
import { policy, type TypedPolicyOptions } from "../index.ts";
import { type PolicyInterceptorOptions, policyInterceptor } from "./undici.ts";

const serve = servers();
const agents: Agent[] = [];
afterEach(async () => {
  for (const agent of agents.splice(0)) await agent.destroy();
});

type Options = TypedPolicyOptions<never>;
const four: Options = { idempotent: true, retry: { attempts: 4, backoff: { base: 0 } } };

function under(options: Options, more: PolicyInterceptorOptions = {}) {
  const agent = new Agent();
  agents.push(agent);
  const subject = policy(options);
  return { subject, dispatcher: agent.compose(policyInterceptor(subject, more)) };
}

describe("attempts", () => {
  it("tries again until the answer is good, over one connection", async () => {
    const seen: unknown[] = [];
    const { url, connections } = await serve(({ headers }, response) => {
      seen.push([headers["breakwater-attempt"], headers["breakwater-deadline-ms"], headers["x-a"]]);
      response.writeHead(seen.length % 3 === 0 ? 200 : 503).end(`answer ${seen.length}`);
    });
    const { dispatcher } = under({ ...four, timeout: "2s" });
    for (const expected of ["answer 3", "answer 6"]) {
      const { statusCode, body } = await request(url, { dispatcher, headers: { "x-a": "1" } });
      expect([statusCode, await body.text()]).toEqual([200, expected]);
    }
    const attempts = ["1", "2", "3", "1", "2", "3"];
    expect(seen).toEqual(attempts.map((attempt) => [attempt, "2000", "1"]));
    expect(connections.made).toBeLessThanOrEqual(2);
  });

  it("hands on the last response when all have failed", async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.writeHead(500).end(`no ${requests}`);
    });
    const { dispatcher } = under(four);
    const { statusCode, body } = await request(url, { dispatcher });
    expect([statusCode, await body.text()]).toEqual([500, "no 4"]);
    const response = await undiciFetch(url, { dispatcher });
    expect([response.status, await response.text()]).toEqual([500, "no 8"]);
  });

  const requests: [string, Parameters<typeof request>[1], number][] = [
    ["GET", {}, 4],
    ["PUT", { method: "PUT", body: "x" }, 4],
    ["POST", { method: "POST", body: "x" }, 1],
    ["a key", { method: "POST", body: "x", headers: { "Idempotency-Key": "1" } }, 4],
    ["a key in a list", { method: "POST", body: "x", headers: ["Idempotency-Key", "1"] }, 4],
    ["a key in a map", { method: "POST", headers: new Map([["idempotency-key", "1"]]) }, 4],
    ["bytes", { method: "PUT", body: Buffer.alloc(1, "x") }, 4],
    ["a stream", { method: "PUT", body: Readable.from(["x"]) }, 1],
  ];
  it.each(requests)("%s", async (_name, options, attempts) => {
    const bodies: string[] = [];
    const { url } = await serve(async (received, response) => {
      let body = "";
      for await (const chunk of received) body += chunk;
      bodies.push(body);
      response.writeHead(503).end();
    });
    const { body } = await request(url, { ...options, dispatcher: under(four).dispatcher });
    await body.dump();
    expect(bodies).toEqual(Array(attempts).fill(options?.body ? "x" : ""));
  });

  it("rejects with the network's error, or the policy's", async () => {
    const { url, server } = await serve(() => {});
    await new Promise((resolve) => server.close(resolve));
    const circuitBreaker = { window: { kind: "consecutive", failures: 4 } } as const;
    const { dispatcher, subject } = under({ ...four, circuitBreaker });
    await expect(request(url, { dispatcher })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(subject.breaker?.state).toBe("open");
    const refused = { code: "BREAKWATER_CIRCUIT_OPEN" };
    await expect(request(url, { dispatcher })).rejects.toMatchObject(refused);
  });

  it("lets the user say what a failure is, and one layer own the retries", async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.writeHead(404).end();
    });
    const { dispatcher } = under(four, { isFailureStatus: (status) => status === 404 });
    await request(url, { dispatcher });
    expect(requests).toBe(4);
    const breakwater = incoming({ "breakwater-attempt": "1" });
    await request(url, { dispatcher, ...{ breakwater } });
    expect(requests).toBe(5);
  });
});

describe("bodies and connections", () => {
  it("lets 10 MB through, good or failed, with backpressure", async () => {
    let status = 200;
    const { url } = await serve((_, response) => {
      response.writeHead(status).end(Buffer.alloc(10_000_000, 7));
    });
    const { dispatcher } = under(four);
    for (status of [200, 503]) {
      const { body } = await request(url, { dispatcher });
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect((await body.arrayBuffer()).byteLength).toBe(10_000_000);
    }
  });

  it("does not leak connections of failed attempts, short or long, streaming or ended", async () => {
    let requests = 0;
    const { url, connections } = await serve((_, response) => {
      requests++;
      if (requests % 4 === 0) response.end("good");
      else if (requests % 4 === 1) response.writeHead(503).end("short");
      else if (requests % 4 === 2) response.writeHead(503).end(Buffer.alloc(2_000_000));
      else response.writeHead(503).write("never ends");
    });
    const { dispatcher } = under(four);
    for (let i = 0; i < 10; i++) {
      const { body } = await request(url, { dispatcher });
      expect(await body.text()).toBe("good");
    }
    expect(requests).toBe(40);
    await until(() => connections.open <= 2);
  });

  it("closes the connection of an attempt that timed out", async () => {
    const { url, connections } = await serve(() => {});
    const { dispatcher } = under({ timeout: "50ms" });
    const failing = request(url, { dispatcher });
    await expect(failing).rejects.toMatchObject({ code: "BREAKWATER_TIMEOUT" });
    await until(() => connections.open === 0);
  });

  it("ends with the caller: before, during and after the headers, by either signal", async () => {
    let requests = 0;
    const { url, connections, server } = await serve((_, response) => {
      requests++;
      if (requests > 2) response.write("begin");
    });
    const { dispatcher } = under(four);
    const by = (signal: AbortSignal, own: boolean) =>
      request(
        url,
        own
          ? { dispatcher, signal }
          : { dispatcher, ...{ breakwater: { ...incoming({}), signal } } },
      );
    for (const own of [true, false]) {
      const gone = AbortSignal.abort(new Error("gone"));
      await expect(by(gone, own)).rejects.toThrow("gone");
      const leaving = new AbortController();
      const waiting = by(leaving.signal, own);
      await once(server, "request");
      leaving.abort(new Error("left"));
      await expect(waiting).rejects.toThrow("left");
      await until(() => connections.open === 0);
    }
    expect(requests).toBe(2);
    for (const own of [true, false]) {
      const leaving = new AbortController();
      const { body } = await by(leaving.signal, own);
      const reading = body.text();
      leaving.abort(new Error("left"));
      await expect(reading).rejects.toThrow("left");
      await until(() => connections.open === 0);
    }
  });
});
