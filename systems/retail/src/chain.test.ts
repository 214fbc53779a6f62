// The seed's chain: what POST /create keeps, calls and says, for two links or twenty.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../test-support/processes.ts";
import { json, orderOf, Services, until } from "../test-support/services.ts";
import type { EdgePolicies } from "./chain/edge.ts";

let services: Services;
const servers: Server[] = [];
beforeEach(() => {
  services = new Services();
});
afterEach(async () => {
  await services.end();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const post = async (url: string, body: unknown, headers = {}) => {
  const response = await fetch(url, json(body, headers));
  return { status: response.status, text: await response.text(), headers: response.headers };
};
const get = async (url: string) => (await fetch(url)).json() as Promise<Record<string, unknown>>;
const withoutTimes = (text: string) => text.replaceAll(/@\d+:\d+/g, "@m:s");

async function shop(more: { jumps?: number; injectErrors?: boolean; random?: () => number } = {}) {
  const { jumps = 4, random = Math.random, injectErrors = false } = more;
  const shipment = await services.start({
    ...{ id: "shipment", jumps, injectErrors, runtime: { random } },
  });
  const payment = await services.start({ id: "payment", jumps, next: `${shipment.url}/create` });
  const order = await services.start({ id: "order", jumps, next: `${payment.url}/create` });
  return { shipment, payment, order };
}

/** A server in place of the next service. */
async function standIn(answer: (count: string | null, key: string) => [number, string]) {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      const { searchParams } = new URL(request.url ?? "", "http://x");
      const [status, text] = answer(searchParams.get("count"), body);
      response.writeHead(status).end(text);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/create`;
}

describe("POST /create", () => {
  test("goes through all three and wraps what each says", async () => {
    const { order, payment, shipment } = await shop();
    const { status, text, headers } = await post(`${order.url}/create`, orderOf("1", 12.5));
    expect(status).toBe(200);
    expect(withoutTimes(text)).toBe(
      '\nThis is order @m:s -> Next "\\nThis is payment @m:s -> Next \\"\\\\nLast\\""',
    );
    expect(headers.get("retail-status")).toBe("shipped");
    expect(await get(`${order.url}/orders/1`)).toMatchObject({ status: "shipped", complete: true });
    expect(await get(`${payment.url}/payments/1`)).toMatchObject({
      ...{ id: "1", status: "shipped" },
      contents: { amount: 12.5, order: "1", shipment: { directions: "home" } },
    });
    expect(await get(`${shipment.url}/shipments/1`)).toMatchObject({
      ...{ id: "1", status: "shipped", complete: true },
      contents: { directions: "home", order: "1" },
    });
    expect(order.said).toEqual(["🔌 status:: success"]);
  });

  test("ends after JUMPS services", async () => {
    const { order, payment, shipment } = await shop({ jumps: 2 });
    const { text } = await post(`${order.url}/create`, orderOf("1"));
    expect(withoutTimes(text)).toBe('\nThis is order @m:s -> Next "\\nLast"');
    expect(await get(`${order.url}/orders/1`)).toMatchObject({ status: "paid", complete: true });
    expect(await payment.store.find("1")).toMatchObject({ state: "done" });
    expect(await shipment.store.find("1")).toBeUndefined();
  });

  test("tells the next service its place in the chain", async () => {
    const counts: (string | null)[] = [];
    const next = await standIn((count) => {
      counts.push(count);
      return [200, "fine"];
    });
    const { url } = await services.start({ id: "order", next });
    await post(`${url}/create`, orderOf("1"));
    await post(`${url}/create?count=3`, orderOf("2"));
    expect(counts).toEqual(["1", "4"]);
  });

  test("says hello", async () => {
    const { url } = await services.start({ id: "order" });
    expect(await (await fetch(url)).text()).toBe("hello from order\n");
  });
});

describe("a chain of any length", () => {
  test("of 12 services, each with a document of its own", async () => {
    let next: string | undefined;
    const links = [];
    for (let place = 12; place >= 1; place--) {
      const link = await services.start({ id: `link-${place}`, next, jumps: 20 });
      next = `${link.url}/create`;
      links.push(link);
    }
    const { text } = await post(`${next}`, { id: "x", next: { note: "fragile" } });
    // Twelve services in one process may be slower than the first caller waits.
    expect(text).toMatch(/^\nThis is link-1 /);
    await until(async () => {
      const { complete } = await get(`${next?.replace("/create", "/links/x")}`);
      return complete === true;
    });
    for (const [index, { url }] of links.entries()) {
      const id = index === 11 ? "x" : `x@${12 - index}`;
      expect(await get(`${url}/links/${id}`)).toMatchObject({ id, status: "complete" });
    }
    expect(await get(`${links[10]?.url}/links/x@2`)).toMatchObject({
      contents: { note: "fragile", id: "x" },
    });
  });

  test("of one service that calls itself, until JUMPS ends it", async () => {
    const port = await freePort();
    const next = `http://127.0.0.1:${port}/create`;
    const { store } = await services.start({ id: "echo", next, jumps: 6 }, port);
    await post(next, { id: "x" });
    await until(async () => (await store.find("x"))?.state === "done");
    const ids = ["x", "x@2", "x@3", "x@4", "x@5", "x@6"];
    for (const id of ids) expect(await store.find(id)).toMatchObject({ id, state: "done" });
    expect(await store.find("x@7")).toBeUndefined();
  });
});

describe("the breaker of a waiting caller", () => {
  test("opens on injected errors, says so, and lets the outbox do the rest", async () => {
    let number = 0.9;
    const { order, shipment, payment } = await shop({ injectErrors: true, random: () => number });
    const first = await post(`${payment.url}/create`, {
      amount: 1,
      shipment: { directions: "a" },
      order: "1",
    });
    expect(first.status).toBe(202);
    expect(withoutTimes(first.text)).toBe(
      '\nThis is payment @m:s -> Next "shipment: failed with 502"',
    );
    const second = await post(`${payment.url}/create`, {
      amount: 1,
      shipment: { directions: "b" },
      order: "2",
    });
    expect(withoutTimes(second.text)).toContain('"shipment: the circuit is open"');
    expect(payment.said).toEqual([
      "🔌 status:: failed",
      "🔌 status:: opened",
      "🔌 status:: fallback",
      "🔌 status:: rejected",
      "🔌 status:: fallback",
    ]);
    const { breakers } = (await get(`${payment.url}/breaker`)) as { breakers: object[] };
    expect(breakers[0]).toMatchObject({
      ...{ policy: "shipment", state: "open", opens: 1, fires: 2 },
      ...{ successes: 0, failures: 1, timeouts: 0, rejects: 1, fallbacks: 2 },
    });
    number = 0.1;
    await until(async () => (await payment.store.find("2"))?.state === "done");
    expect(await shipment.store.find("1")).toBeDefined();
    expect(order.said).toEqual([]);
  });

  test("gives up after 300 ms", async () => {
    const next = await new Promise<string>((resolve) => {
      const server = createServer(() => {}).listen(0, "127.0.0.1", () => {
        resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/create`);
      });
      servers.push(server);
    });
    const { url, said } = await services.start({ id: "order", next });
    const since = performance.now();
    const { status, text } = await post(`${url}/create`, orderOf("1"));
    expect(performance.now() - since).toBeGreaterThan(290);
    expect(status).toBe(202);
    expect(text).toContain("payment: timed out");
    expect(said).toContain("🔌 status:: timed out");
  });

  test("has the figures that BREAKWATER_POLICIES names instead", async () => {
    const policies: EdgePolicies = {
      payment: { idempotent: true, retry: { attempts: 3, backoff: { base: 1 } } },
    };
    let calls = 0;
    const next = await standIn(() => (++calls % 3 === 0 ? [200, "third time"] : [500, "no"]));
    const { url } = await services.start({ id: "order", next, policies });
    expect((await post(`${url}/create`, orderOf("1"))).text).toContain("third time");
  });
});
