import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { servers, until } from "../../test-support/http.ts";
import { incoming } from "../http/incoming.ts";
import { policy, type TypedPolicyOptions } from "../index.ts";
import { policyFetch } from "./fetch.ts";

type Options = TypedPolicyOptions<never>;
const serve = servers();
const RETRY = { attempts: 4, backoff: { base: 0 } } as const;
const four: Options = { idempotent: true, retry: RETRY };

describe("attempts", () => {
  it("tries again until the answer is good, and says which attempt it is", async () => {
    const seen: unknown[] = [];
    const { url } = await serve((request, response) => {
      seen.push(request.headers["breakwater-attempt"]);
      response.writeHead(seen.length < 3 ? 503 : 200).end(`answer ${seen.length}`);
    });
    const response = await policyFetch(policy(four))(url);
    expect([response.status, await response.text()]).toEqual([200, "answer 3"]);
    expect(seen).toEqual(["1", "2", "3"]);
  });

  it("returns the last response when all have failed, with its body", async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.writeHead(500).end(`no ${requests}`);
    });
    const response = await policyFetch(policy(four))(url);
    expect([response.status, await response.text(), requests]).toEqual([500, "no 4", 4]);
  });

  it("counts a 404 as an answer, and lets the user say otherwise", async () => {
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.writeHead(404).end();
    });
    const breaker = { window: { kind: "consecutive", failures: 4 } } as const;
    const subject = policy({ ...four, circuitBreaker: breaker });
    expect((await policyFetch(subject)(url)).status).toBe(404);
    expect([requests, subject.breaker?.state]).toEqual([1, "closed"]);
    const strict = policyFetch(subject, { isFailure: ({ ok }) => !ok });
    expect((await strict(url)).status).toBe(404);
    expect([requests, subject.breaker?.state]).toEqual([5, "open"]);
    await expect(strict(url)).rejects.toMatchObject({ code: "BREAKWATER_CIRCUIT_OPEN" });
    expect(requests).toBe(5);
  });

  const requests: [string, RequestInit & { duplex?: "half" }, number][] = [
    ["GET", {}, 4],
    ["a lower-case put", { method: "put", body: "x" }, 4],
    ["POST", { method: "POST", body: "x" }, 1],
    ["PATCH", { method: "PATCH", body: "x" }, 1],
    ["POST with a key", { method: "POST", body: "x", headers: { "Idempotency-Key": "a" } }, 4],
    ["bytes", { method: "PUT", body: new TextEncoder().encode("x") }, 4],
    ["a form", { method: "PUT", body: new URLSearchParams({ a: "x" }) }, 4],
    ["a blob", { method: "PUT", body: new Blob(["x"]) }, 4],
    ["a stream", { method: "PUT", body: new Blob(["x"]).stream(), duplex: "half" }, 1],
  ];
  it.each(requests)("%s", async (_name, init, attempts) => {
    const bodies: string[] = [];
    const { url } = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.writeHead(503).end();
    });
    await policyFetch(policy(four))(url, init);
    expect(bodies).toHaveLength(attempts);
    if (init.body !== undefined) expect(bodies.every((body) => body.includes("x"))).toBe(true);
  });

  it("sends a Request again unless it has a body", async () => {
    const seen: (string | undefined)[] = [];
    const { url } = await serve((request, response) => {
      seen.push(`${request.method} ${request.headers["x-mine"]}`);
      request.resume();
      response.writeHead(503).end();
    });
    const get = policyFetch(policy(four));
    await get(new Request(url, { method: "DELETE", headers: { "x-mine": "1" } }));
    expect(seen.splice(0)).toEqual(Array(4).fill("DELETE 1"));
    await get(new Request(url, { method: "PUT", body: "x" }));
    expect(seen).toEqual(["PUT undefined"]);
  });

  it("takes what is no request at all for the caller's mistake", async () => {
    const subject = policy({ circuitBreaker: { window: { kind: "consecutive", failures: 1 } } });
    await expect(policyFetch(subject)("no address")).rejects.toThrow(TypeError);
    expect(subject.breaker?.state).toBe("closed");
  });

  it("tries again when nobody can be reached, and rejects with the network's error", async () => {
    const { url, server } = await serve(() => {});
    await new Promise((resolve) => server.close(resolve));
    const subject = policy(four);
    let attempts = 0;
    subject.onFact((fact) => {
      if (fact.type === "attemptStarted") attempts++;
    });
    await expect(policyFetch(subject)(url)).rejects.toThrow("fetch failed");
    expect(attempts).toBe(4);
  });

  it("answers with the fallback's response", async () => {
    const { url } = await serve((_, response) => response.writeHead(500).end("no"));
    const subject = policy({ fallback: () => new Response("instead") });
    expect(await (await policyFetch(subject)(url)).text()).toBe("instead");
  });
});

describe("connections", () => {
  it("does not leak those of failed attempts, short or long, streaming or ended", async () => {
    let requests = 0;
    const { url, connections } = await serve((_, response) => {
      requests++;
      if (requests % 4 === 0) response.end("good");
      else if (requests % 4 === 1) response.writeHead(503).end("short");
      else if (requests % 4 === 2) response.writeHead(503).end(Buffer.alloc(2_000_000));
      else response.writeHead(503).write("never ends");
    });
    const get = policyFetch(policy(four));
    for (let i = 0; i < 10; i++) expect(await (await get(url)).text()).toBe("good");
    expect(requests).toBe(40);
    await until(() => connections.open <= 2);
  });

  it("keeps one connection for calls that come one after another", async () => {
    const { url, connections } = await serve((_, response) => response.end("x".repeat(100)));
    const get = policyFetch(policy({ timeout: "1s" }));
    for (let i = 0; i < 20; i++) await (await get(url)).text();
    expect(connections.made).toBeLessThanOrEqual(3);
  });

  it("lets a body of 10 MB through", async () => {
    const { url } = await serve((_, response) => response.end(Buffer.alloc(10_000_000, 7)));
    const response = await policyFetch(policy({ timeout: "5s" }))(url);
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([bytes.length, bytes[9_999_999]]).toEqual([10_000_000, 7]);
  });
});

describe("ending early", () => {
  it("closes the connection of an attempt that timed out", async () => {
    const { url, connections } = await serve(() => {});
    const subject = policyFetch(policy({ timeout: "50ms" }));
    await expect(subject(url)).rejects.toMatchObject({ code: "BREAKWATER_TIMEOUT" });
    await until(() => connections.open === 0);
  });

  it("ends a body that streams when the caller leaves, by either signal", async () => {
    const { url, connections } = await serve((_, response) => response.write("begin"));
    const get = policyFetch(policy({ timeout: "1s" }));
    for (const by of ["signal", "breakwater"] as const) {
      const leaving = new AbortController();
      const { signal } = leaving;
      const from = { ...incoming({}), signal };
      const response = await get(url, by === "signal" ? { signal } : { breakwater: from });
      const reading = response.text();
      leaving.abort(new Error("left"));
      await expect(reading).rejects.toThrow("left");
      await until(() => connections.open === 0);
    }
  });

  it("ends an attempt when the caller leaves, with the caller's reason", async () => {
    const { url, server } = await serve(() => {});
    const leaving = new AbortController();
    const request = policyFetch(policy(four))(url, { signal: leaving.signal });
    await once(server, "request");
    leaving.abort("enough");
    await expect(request).rejects.toBe("enough");
  });

  it("fails when the server breaks off within the body", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setTimeout(() => response.destroy(), 20);
    });
    const response = await policyFetch(policy(four))(url);
    await expect(response.text()).rejects.toThrow();
  });
});
