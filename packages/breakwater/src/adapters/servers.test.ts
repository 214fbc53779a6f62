import { createServer, type RequestListener } from "node:http";
import { FastifyAdapter } from "@nestjs/platform-fastify";
import express from "express";
import fastify from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { servers, type TestServer, until } from "../../test-support/http.ts";
import { listenerOf, nestApp } from "../../test-support/nest.ts";
import { answerFor } from "../http/answer-for.ts";
import { type Fact, InvalidOptionsError, policy } from "../index.ts";
import { answerErrors, type IncomingRequest, type ProtectOptions, protect } from "./express.ts";
import { protect as fastifyProtect } from "./fastify.ts";
import { policyFetch } from "./fetch.ts";
import { PolicyErrorFilter, ProtectGuard, policyProvider } from "./nestjs.ts";

const serve = servers();
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What both frameworks make of the same handler; it answers with what the handler returns. */
type Handler = (incoming: IncomingRequest) => unknown;
type Start = (options: ProtectOptions, handler: Handler) => Promise<TestServer>;

const onExpress: Start = (options, handler) => {
  const app = express();
  app.use(protect(options));
  app.all("/", async (request, response) => {
    response.json((await handler(request.breakwater)) ?? null);
  });
  app.use(answerErrors());
  return serve(app as RequestListener);
};

const onFastify: Start = async (options, handler) => {
  let listener: RequestListener = () => {};
  const app = fastify({
    serverFactory: (handle) => {
      listener = handle as RequestListener;
      return createServer(listener);
    },
  });
  await app.register(fastifyProtect, options);
  app.all("/", async ({ breakwater }) => (await handler(breakwater)) ?? null);
  app.setErrorHandler((error, _request, reply) => {
    const answer = answerFor(error);
    if (answer === undefined) throw error;
    reply.code(answer.status).headers(answer.headers).send(answer.body);
  });
  await app.ready();
  closing.push(() => app.close());
  return serve(listener);
};

const nestParts = (options: ProtectOptions) => ({
  guards: [new ProtectGuard(options)],
  filters: [new PolicyErrorFilter()],
});

/** Nest sends what is undefined, or null, as an empty body. */
const asJson = (value: unknown) => JSON.stringify(value ?? null);

const onNest: Start = async (options, handler) => {
  const app = await nestApp(
    async ({ breakwater }: { breakwater: IncomingRequest }) => asJson(await handler(breakwater)),
    nestParts(options),
  );
  closing.push(() => app.close());
  return serve(listenerOf(app));
};

const onNestWithFastify: Start = async (options, handler) => {
  let listener: RequestListener = () => {};
  const adapter = new FastifyAdapter({
    serverFactory: (handle: RequestListener) => {
      listener = handle;
      return createServer(listener);
    },
  });
  const app = await nestApp(
    async ({ breakwater }: { breakwater: IncomingRequest }) => asJson(await handler(breakwater)),
    { adapter, ...nestParts(options) },
  );
  await adapter.getInstance().ready();
  closing.push(() => app.close());
  return serve(listener);
};

/** A handler that answers when it is told to. */
function gated() {
  const inside: { incoming: IncomingRequest; answer: (value: unknown) => void }[] = [];
  const handler: Handler = (incoming) => new Promise((answer) => inside.push({ incoming, answer }));
  return { inside, handler };
}

describe.each([
  ["Express", onExpress],
  ["Fastify", onFastify],
  ["NestJS on Express", onNest],
  ["NestJS on Fastify", onNestWithFastify],
])("%s", (_name, start) => {
  it("tells the handler what the request says", async () => {
    const before = performance.now();
    const { url } = await start({}, ({ deadlineAtMs = 0, attempt, priority, signal }) => {
      const inMs = deadlineAtMs - before;
      return { deadline: inMs > 500 && inMs < 5000, attempt, priority, aborted: signal.aborted };
    });
    const headers = {
      "breakwater-deadline-ms": "600",
      "breakwater-attempt": "2",
      "breakwater-priority": "-1",
    };
    const answer = await (await fetch(url, { headers })).json();
    expect(answer).toEqual({ deadline: true, attempt: 2, priority: -1, aborted: false });
  });

  it("lets in what the policy lets in, and refuses the rest with 503 and Retry-After", async () => {
    const { inside, handler } = gated();
    const bulkhead = { concurrent: 1, queue: { size: 1 } };
    const { url } = await start({ policy: policy({ bulkhead }) }, handler);
    const first = fetch(url);
    await until(() => inside.length === 1);
    const second = fetch(url);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const third = await fetch(url, { method: "POST", body: "x".repeat(100_000) });
    expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await third.json()).toEqual({ code: "BREAKWATER_REJECTED", reason: "bulkheadFull" });
    expect(inside).toHaveLength(1);
    inside[0]?.answer(1);
    expect((await first).status).toBe(200);
    await until(() => inside.length === 2);
    inside[1]?.answer(2);
    expect(await (await second).json()).toBe(2);
  });

  it("says how long to stay away", async () => {
    const rateLimiter = { limit: 1, per: "20s" };
    const { url } = await start({ policy: policy({ rateLimiter }) }, () => 1);
    expect((await fetch(url)).status).toBe(200);
    const second = await fetch(url);
    expect(second.status).toBe(503);
    expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(15);
  });

  it("lets the more important in first", async () => {
    const { inside, handler } = gated();
    const subject = policy({ bulkhead: { concurrent: 1, queue: { size: 1 } } });
    const priority: ProtectOptions["priority"] = ({ headers }) => (headers["x-paying"] ? 5 : 0);
    const { url } = await start({ policy: subject, priority }, handler);
    const first = fetch(url);
    await until(() => inside.length === 1);
    // The header counts for nothing where the server decides for itself.
    const displaced = fetch(url, { headers: { "breakwater-priority": "100" } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const paying = fetch(url, { headers: { "x-paying": "1" } });
    expect((await displaced).status).toBe(503);
    inside[0]?.answer(null);
    await first;
    await until(() => inside.length === 2);
    expect(inside[1]?.incoming.priority).toBe(5);
    inside[1]?.answer(null);
    expect((await paying).status).toBe(200);
  });

  it("does not begin what is too late, on arrival or after waiting", async () => {
    const { inside, handler } = gated();
    const bulkhead = { concurrent: 1, queue: { size: 5 } };
    const { url } = await start({ policy: policy({ bulkhead }) }, handler);
    const late = await fetch(url, { headers: { "breakwater-deadline-ms": "0" } });
    expect(late.status).toBe(504);
    expect(await late.json()).toEqual({ code: "BREAKWATER_DEADLINE_EXCEEDED" });
    const first = fetch(url);
    await until(() => inside.length === 1);
    const waiting = await fetch(url, { headers: { "breakwater-deadline-ms": "50" } });
    expect(waiting.status).toBe(504);
    inside[0]?.answer(null);
    expect((await first).status).toBe(200);
    expect(inside).toHaveLength(1);
  });

  it("aborts the signal at the deadline, of the header or of the policy", async () => {
    const aborted = ({ signal }: IncomingRequest) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const plain = await start({}, aborted);
    const response = await fetch(plain.url, { headers: { "breakwater-deadline-ms": "50" } });
    expect(response.status).toBe(504);
    const bounded = await start({ policy: policy({ deadline: "50ms" }) }, aborted);
    const answer = await fetch(bounded.url, { headers: { "breakwater-deadline-ms": "60000" } });
    expect(await answer.json()).toEqual({ code: "BREAKWATER_DEADLINE_EXCEEDED" });
  });

  it("aborts the signal and frees the place when the client leaves", async () => {
    const { inside, handler } = gated();
    const subject = policy({ bulkhead: { concurrent: 1, queue: { size: 1 } } });
    const { url, connections } = await start({ policy: subject }, handler);
    const leaving = new AbortController();
    const { signal } = leaving;
    const requests = [fetch(url, { signal })];
    await until(() => inside.length === 1);
    requests.push(fetch(url, { signal }));
    await until(() => connections.open === 2);
    await new Promise((resolve) => setTimeout(resolve, 30));
    leaving.abort();
    const results = await Promise.allSettled(requests);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await until(() => inside[0]?.incoming.signal.aborted === true);
    expect(inside[0]?.incoming.signal.reason).toMatchObject({ name: "AbortError" });
    const next = fetch(url);
    await until(() => inside.length === 2);
    expect(inside[1]?.incoming.signal.aborted).toBe(false);
    inside[1]?.answer(3);
    expect(await (await next).json()).toBe(3);
  });

  it("sheds load by priority, deadline and place, and takes the next when one is free", async () => {
    const { inside, handler } = gated();
    const { url } = await start({ loadShedder: { limit: 1, queueSize: 1 } }, handler);
    const send = (headers: Record<string, string>) => fetch(url, { headers });
    const first = send({});
    await until(() => inside.length === 1);
    const sheddable = send({ "breakwater-priority": "-1" });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const critical = send({ "breakwater-priority": "1" });
    const shed = await sheddable;
    expect([shed.status, shed.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await shed.json()).toEqual({ code: "BREAKWATER_REJECTED", reason: "displaced" });
    expect(await (await send({})).json()).toMatchObject({ reason: "queueFull" });
    expect((await send({ "breakwater-deadline-ms": "0" })).status).toBe(504);
    inside[0]?.answer(1);
    expect((await first).status).toBe(200);
    await until(() => inside.length === 2);
    const late = send({ "breakwater-deadline-ms": "50" });
    expect((await late).status).toBe(504);
    inside[1]?.answer(2);
    expect(await (await critical).json()).toBe(2);
    expect(inside).toHaveLength(2);
  });

  it("a shadowed load shedder tells whom it would have sent away, and lets everybody in", async () => {
    const { inside, handler } = gated();
    const subject = policy({ name: "shop" }, { history: 20 });
    const told: Fact[] = [];
    subject.onFact((fact) => {
      if (fact.type === "requestShed") told.push(fact);
    });
    const loadShedder = { limit: 1, queueSize: 1 };
    const { url } = await start({ policy: subject, loadShedder, shadow: true }, handler);
    const requests = [fetch(url), fetch(url), fetch(url)];
    await until(() => inside.length === 3);
    for (const { answer } of inside) answer(1);
    const answers = await Promise.all(requests);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const shed = { type: "requestShed", reason: "queueFull", priority: "normal", shadow: true };
    expect(told).toEqual([expect.objectContaining(shed)]);
    expect(subject.explain().map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^in shadow: a normal request was shed: queue full; try again in/),
    );
  });

  it("gives the place of a client that has left to the next", async () => {
    const { inside, handler } = gated();
    const { url } = await start({ loadShedder: { limit: 1 } }, handler);
    const leaving = new AbortController();
    const first = fetch(url, { signal: leaving.signal });
    await until(() => inside.length === 1);
    const second = fetch(url);
    leaving.abort();
    await expect(first).rejects.toThrow();
    await until(() => inside.length === 2);
    inside[1]?.answer(2);
    expect(await (await second).json()).toBe(2);
  });

  it("counts answers of 5xx as failed, and leaves the errors of handlers to the framework", async () => {
    const subject = policy({ circuitBreaker: { window: { kind: "consecutive", failures: 2 } } });
    const { url } = await start({ policy: subject }, () => {
      throw new Error("a bug");
    });
    expect((await fetch(url)).status).toBe(500);
    expect((await fetch(url)).status).toBe(500);
    await until(() => subject.breaker?.state === "open");
    expect((await fetch(url)).status).toBe(503);
  });

  it("lets the owner above retry what it refuses, as soon as it says", async () => {
    const limited = policy({
      rateLimiter: { limit: 1, per: "1s" },
    });
    const bottom = await start({ policy: limited }, () => 1);
    const retry = { attempts: 4, backoff: { base: 0 } } as const;
    const next = policyFetch(policy({ idempotent: true, retry }));
    const middle = await start(
      {},
      async (breakwater) => (await next(bottom.url, { breakwater })).status,
    );
    const get = policyFetch(policy({ idempotent: true, retry }));
    expect(await (await get(middle.url)).json()).toBe(200);
    expect(await (await get(middle.url)).json()).toBe(503);
    const startedAtMs = performance.now();
    expect((await get(bottom.url)).status).toBe(200);
    expect(performance.now() - startedAtMs).toBeGreaterThan(500);
  });

  it("refuses a policy that repeats or replaces requests", async () => {
    const retry = { attempts: 2 };
    const repeating = policy({ idempotent: true, retry, fallback: { value: 1 } });
    const starting = async () => start({ policy: repeating }, () => 1);
    await expect(starting()).rejects.toThrow(InvalidOptionsError);
  });
});

it("frees the place of a request that Fastify was given without a network", async () => {
  const app = fastify();
  await app.register(fastifyProtect, { policy: policy({ bulkhead: { concurrent: 1 } }) });
  app.get("/", async () => "here");
  for (let i = 0; i < 3; i++) expect((await app.inject("/")).body).toBe("here");
  await app.close();
});

it("NestJS injects a policy by its name or by a token", async () => {
  const stock = policy({ name: "stock" });
  const token = Symbol("stock");
  const made = { provide: "made", inject: ["stock"], useFactory: (injected: unknown) => injected };
  const providers = [policyProvider(stock), policyProvider(stock, token), made];
  const app = await nestApp(() => 1, { providers });
  closing.push(() => app.close());
  expect([app.get("stock"), app.get(token), app.get("made")]).toEqual([stock, stock, stock]);
});

it("an error of nobody's policy is not for Breakwater to answer", () => {
  expect(answerFor(new Error("a bug"))).toBeUndefined();
  expect(answerFor(undefined)).toBeUndefined();
});
