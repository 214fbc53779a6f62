import { describe, expect, it } from "vitest";
import { servers, until } from "../../test-support/http.ts";
import { type PolicyFetchOptions, policyFetch } from "../adapters/fetch.ts";
import { InvalidOptionsError, policy, type TypedPolicyOptions } from "../index.ts";
import { ManualClock } from "../testing.ts";
import { type Incoming, incoming } from "./incoming.ts";

type Options = TypedPolicyOptions<never>;
const serve = servers();
const four: Options = { idempotent: true, retry: { attempts: 4, backoff: { base: 0 } } };

/** A service that calls the next one for each request, and answers with its status. */
async function layer(next: string, options: Options, more: PolicyFetchOptions = {}) {
  const { clock } = more;
  const get = policyFetch(policy(options, clock && { clock }), more);
  const seen: Incoming[] = [];
  const { url, connections } = await serve(async (request, response) => {
    const breakwater = incoming(request.headers, clock);
    seen.push(breakwater);
    const leaving = new AbortController();
    response.on("close", () => leaving.abort());
    const { status } = await get(next, {
      breakwater: { ...breakwater, signal: leaving.signal },
    }).catch(() => ({ status: 502 }));
    response.writeHead(status).end();
  });
  return { url, seen, connections };
}

describe("a retry storm through three layers that try four times each", () => {
  async function storm(more: PolicyFetchOptions) {
    const attempts: (string | undefined)[] = [];
    const bottom = await serve((request, response) => {
      attempts.push(request.headers["breakwater-attempt"] as string | undefined);
      response.writeHead(503).end();
    });
    const b = await layer(bottom.url, four, more);
    const a = await layer(b.url, four, more);
    const { status } = await policyFetch(policy(four), more)(a.url);
    expect(status).toBe(503);
    return attempts;
  }

  it("is 4 attempts at the bottom when the outermost layer owns the retries", async () => {
    expect(await storm({})).toEqual(["1", "2", "3", "4"]);
  });

  it("is 64 when every layer keeps its own, or tells nobody", async () => {
    expect(await storm({ retryOwner: "here" })).toHaveLength(64);
    expect(await storm({ propagate: false })).toHaveLength(64);
  });
});

describe("who owns the retries", () => {
  async function attemptsBelow(top: Options, init: RequestInit = {}) {
    let attempts = 0;
    const bottom = await serve((_, response) => {
      attempts++;
      response.writeHead(503).end();
    });
    const middle = await layer(bottom.url, four);
    await policyFetch(policy(top))(middle.url, init);
    return { attempts, told: middle.seen[0]?.attempt };
  }

  it("is the next layer, when the one above has no retry or may not repeat", async () => {
    expect(await attemptsBelow({})).toEqual({ attempts: 4, told: undefined });
    const once: Options = { idempotent: true, retry: { attempts: 1 } };
    expect(await attemptsBelow(once)).toEqual({ attempts: 4, told: undefined });
    expect(await attemptsBelow(four, { method: "POST" })).toEqual({ attempts: 4, told: undefined });
  });
});

it("follows a policy that is reconfigured", async () => {
  const told: (string | undefined)[] = [];
  const { url } = await serve((request, response) => {
    told.push(request.headers["breakwater-deadline-ms"] as string | undefined);
    response.writeHead(503).end();
  });
  const subject = policy({ idempotent: true });
  const get = policyFetch(subject);
  await get(url);
  subject.reconfigure({ ...four, timeout: "10s" } as Options);
  await get(url);
  expect(told.map((ms) => (ms === undefined ? ms : Number(ms) <= 10_000))).toEqual([
    undefined,
    true,
    true,
    true,
    true,
  ]);
});

describe("a deadline over two hops", () => {
  it("shrinks by the time that passes and by each margin", async () => {
    const told: number[] = [];
    const bottom = await serve((request, response) => {
      told.push(Number(request.headers["breakwater-deadline-ms"]));
      response.end();
    });
    const slow = await serve(async (request, response) => {
      told.push(Number(request.headers["breakwater-deadline-ms"]));
      const breakwater = incoming(request.headers);
      await new Promise((resolve) => setTimeout(resolve, 100));
      const next = policyFetch(policy({ deadline: "1m" }), { margin: "50ms" });
      response.writeHead((await next(bottom.url, { breakwater })).status).end();
    });
    const get = policyFetch(policy({ deadline: "2s" }), { margin: "25ms" });
    expect((await get(slow.url)).status).toBe(200);
    const [first = 0, second = 0] = told;
    expect(first).toBeGreaterThan(1000);
    expect(first).toBeLessThanOrEqual(1975);
    expect(first - second).toBeGreaterThanOrEqual(148);
  });

  it("tells no more than the timeout of the attempt, and nothing without either", async () => {
    const clock = new ManualClock();
    let told: unknown;
    const { url } = await serve((request, response) => {
      told = request.headers["breakwater-deadline-ms"];
      response.end();
    });
    const send = async (options: Options, more: PolicyFetchOptions = {}) => {
      await policyFetch(policy(options, { clock }), { clock, ...more })(url);
      return told;
    };
    expect(await send({ deadline: "2s", timeout: "300ms" })).toBe("300");
    expect(await send({ deadline: "2s", timeout: "300ms", lateAnswers: "taken" })).toBe("2000");
    expect(await send({ deadline: "2s" }, { margin: "1500ms" })).toBe("500");
    expect(await send({ deadline: "1s" }, { margin: "1500ms" })).toBe("0");
    expect(await send({})).toBeUndefined();
    expect(await send({ deadline: "2s" }, { propagate: false })).toBeUndefined();
  });

  it("ends the work of every layer when it has passed", async () => {
    // By hand: on the real clock a layer below may be told up to a millisecond less, and its answer be first.
    const clock = new ManualClock();
    let requests = 0;
    const bottom = await serve(() => requests++);
    const b = await layer(bottom.url, {}, { clock });
    const a = await layer(b.url, {}, { clock });
    const get = policyFetch(policy({ deadline: "150ms" }, { clock }), { clock });
    const answer = get(a.url).catch(({ code }) => code);
    await until(() => requests === 1);
    expect(b.seen[0]?.deadlineAtMs).toBe(150);
    clock.advance(150);
    expect(await answer).toBe("BREAKWATER_DEADLINE_EXCEEDED");
    await until(() => [bottom, a, b].every(({ connections }) => connections.open === 0));
  });
});

it("an abandoned request is aborted all the way down", async () => {
  let requests = 0;
  const bottom = await serve(() => requests++);
  const b = await layer(bottom.url, four);
  const a = await layer(b.url, four);
  const leaving = new AbortController();
  const request = policyFetch(policy(four))(a.url, { signal: leaving.signal });
  await until(() => requests === 1);
  leaving.abort(new Error("left"));
  await expect(request).rejects.toThrow("left");
  await until(() => [bottom, a, b].every(({ connections }) => connections.open === 0));
  expect(requests).toBe(1);
});

it("passes the priority on", async () => {
  let told: unknown;
  const bottom = await serve((request, response) => {
    told = request.headers["breakwater-priority"];
    response.end();
  });
  const a = await layer(bottom.url, {});
  await policyFetch(policy({}))(a.url, { headers: { "breakwater-priority": "-2" } });
  expect(told).toBe("-2");
});

describe("Retry-After", () => {
  const headersOf: Record<string, Record<string, string>> = {
    seconds: { "retry-after": "7" },
    "a date": {
      date: "Thu, 01 Jan 2015 00:00:00 GMT",
      "retry-after": "Thu, 01 Jan 2015 00:00:07 GMT",
    },
  };
  async function statusAfter(status: number, headers: Record<string, string>) {
    const clock = new ManualClock();
    let requests = 0;
    const { url } = await serve((_, response) => {
      requests++;
      response.writeHead(requests === 1 ? status : 200, headers).end();
    });
    const backoff = { base: "1s", jitter: "none" } as const;
    const subject = policy({ idempotent: true, retry: { attempts: 2, backoff } }, { clock });
    const atMs: number[] = [];
    subject.onFact((fact) => {
      if (fact.type === "attemptStarted") atMs.push(fact.atMs);
    });
    const request = policyFetch(subject, { clock })(url);
    await until(() => clock.pending === 1);
    await clock.advance(10_000);
    expect((await request).status).toBe(200);
    return atMs[1];
  }

  it.each(Object.entries(headersOf))("in %s is waited for with 503 and 429", async (_, headers) => {
    expect(await statusAfter(503, headers)).toBe(7000);
    expect(await statusAfter(429, headers)).toBe(7000);
    expect(await statusAfter(500, headers)).toBe(1000);
  });
});

it("refuses a margin that is no duration", () => {
  expect(() => policyFetch(policy({}), { margin: "soon" })).toThrow(InvalidOptionsError);
});
