// Orders as resources: once whatever is repeated, told as they are, and brought to their end after an outage.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "../test-support/processes.ts";
import { json, orderOf, Services, until } from "../test-support/services.ts";
import { sqliteStore } from "./store/sqlite.ts";

let services: Services;
beforeEach(() => {
  services = new Services();
});
afterEach(() => services.end());

interface Told {
  readonly id: string;
  readonly status: string;
  readonly complete: boolean;
  readonly degraded: { readonly waitingFor: string; readonly reason: string } | null;
  readonly errors?: { readonly field: string }[];
}

async function ask(url: string, init?: RequestInit) {
  const response = await fetch(url, init);
  return {
    status: response.status,
    headers: response.headers,
    told: (await response.json()) as Told,
  };
}

/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:1/create";

describe("repeated requests", () => {
  test("with the same id count once; with other contents they are told apart", async () => {
    const { url, store } = await services.start({ id: "order", next: NOBODY });
    const first = await ask(`${url}/orders`, json(orderOf("1", 5)));
    expect([first.status, first.headers.get("location")]).toEqual([202, "/orders/1"]);
    expect((await ask(`${url}/orders`, json(orderOf("1", 5)))).status).toBe(200);
    // The order of the fields does not matter.
    const turned = Object.fromEntries(Object.entries(orderOf("1", 5)).toReversed());
    expect((await ask(`${url}/orders`, json(turned))).status).toBe(200);
    expect((await ask(`${url}/orders`, json(orderOf("1", 6)))).status).toBe(409);
    expect((await fetch(`${url}/create`, json(orderOf("1", 6)))).status).toBe(409);
    expect(await store.waiting()).toBe(1);
  });

  test("with the same Idempotency-Key count once, also where the order has no id yet", async () => {
    const { url, store } = await services.start({ id: "order", next: NOBODY });
    const { id: _, ...nameless } = orderOf("1", 5);
    const key = { "idempotency-key": "k-1" };
    const first = await ask(`${url}/orders`, json(nameless, key));
    const again = await ask(`${url}/orders`, json(nameless, key));
    expect([first.status, again.status, again.told.id]).toEqual([202, 200, first.told.id]);
    const other = await ask(`${url}/orders`, json({ ...nameless, items: [1] }, key));
    expect([other.status, other.told.errors?.[0]?.field]).toEqual([422, "Idempotency-Key"]);
    const new1 = await ask(`${url}/orders`, json(nameless, { "idempotency-key": "k-2" }));
    expect(new1.told.id).not.toBe(first.told.id);
    expect(await store.waiting()).toBe(2);
  });

  test("fifty at once make one order, one charge and one parcel", async () => {
    const shipment = await services.start({ id: "shipment" });
    const payment = await services.start({ id: "payment", next: `${shipment.url}/create` });
    const order = await services.start({ id: "order", next: `${payment.url}/create` });
    const all = Array.from({ length: 50 }, (_, index) =>
      fetch(order.url + (index % 2 ? "/orders" : "/create"), json(orderOf("1", 5))),
    );
    for (const { ok } of await Promise.all(all)) expect(ok).toBe(true);
    await until(async () => (await ask(`${order.url}/orders/1`)).told.complete);
    const again = await ask(`${order.url}/orders`, json(orderOf("1", 5)));
    expect(again.told.status).toBe("shipped");
  });
});

describe("an order while payment is away", () => {
  test("is accepted, says what it waits for, and is shipped afterwards", async () => {
    const port = await freePort();
    const next = `http://127.0.0.1:${port}/create`;
    const order = await services.start({ id: "order", next });
    expect((await ask(`${order.url}/orders`, json(orderOf("1", 5)))).told.status).toBe("accepted");
    await until(async () => (await ask(`${order.url}/orders/1`)).told.degraded !== null);
    const { told } = await ask(`${order.url}/orders/1`);
    expect(told).toMatchObject({ status: "accepted", complete: false });
    expect(told.degraded?.waitingFor).toBe("payment");
    expect(told.degraded?.reason).toMatch(/^payment: /);
    expect(await (await fetch(`${order.url}/health`)).json()).toMatchObject({
      ...{ status: "degraded", waiting: 1 },
    });
    const shipment = await services.start({ id: "shipment" });
    await services.start({ id: "payment", next: `${shipment.url}/create` }, port);
    await until(async () => (await ask(`${order.url}/orders/1`)).told.status === "shipped");
    expect((await ask(`${order.url}/orders/1`)).told).toMatchObject({
      complete: true,
      degraded: null,
    });
    expect(await shipment.store.find("1")).toBeDefined();
  });

  test("goes on after a restart of the order service", async () => {
    const file = join(services.folder, "own.sqlite");
    const first = await services.start({ id: "order", next: NOBODY, store: sqliteStore(file) });
    await ask(`${first.url}/orders`, json(orderOf("1", 5)));
    await first.close();
    const payment = await services.start({ id: "payment" });
    const next = `${payment.url}/create`;
    const second = await services.start({ id: "order", next, store: sqliteStore(file) });
    await until(async () => (await ask(`${second.url}/orders/1`)).told.complete);
    expect((await ask(`${second.url}/orders/1`)).told.status).toBe("paid");
  });

  test("is paid before it is shipped, when it is shipment that is away", async () => {
    const payment = await services.start({ id: "payment", next: NOBODY });
    const order = await services.start({ id: "order", next: `${payment.url}/create` });
    await ask(`${order.url}/orders`, json(orderOf("1", 5)));
    await until(async () => (await ask(`${order.url}/orders/1`)).told.status === "paid");
    expect((await ask(`${order.url}/orders/1`)).told.complete).toBe(false);
  });
});

test("an order that payment will never take says so", async () => {
  const payment = await services.start({ id: "payment" });
  await ask(`${payment.url}/payments`, json({ ...orderOf("1", 9).payment, order: "1" }));
  const order = await services.start({ id: "order", next: `${payment.url}/create` });
  await ask(`${order.url}/orders`, json(orderOf("1", 5)));
  await until(async () => (await ask(`${order.url}/orders/1`)).told.status === "refused");
  const { told } = await ask(`${order.url}/orders/1`);
  expect(told.degraded?.reason).toContain("payment 1 is there with other contents");
  expect(await payment.store.find("1")).toMatchObject({ contents: { amount: 9 } });
});

test("no more orders are accepted than may wait", async () => {
  const { url } = await services.start({ id: "order", next: NOBODY, outboxLimit: 3 });
  const answers = [];
  for (let number = 1; number <= 5; number++) {
    answers.push(await ask(`${url}/orders`, json(orderOf(String(number)))));
  }
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 503, 503]);
  expect(answers[4]?.headers.get("retry-after")).toBe("1");
  expect((await ask(`${url}/orders/4`)).status).toBe(404);
});

test("no more requests are under way than allowed; the others are refused as problems", async () => {
  const slow = sqliteStore(join(services.folder, "slow.sqlite"));
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const store = { ...slow, find: (id: string) => gate.then(() => slow.find(id)) };
  const { url } = await services.start({ id: "order", store, concurrent: 1 });
  let answered = 0;
  const all = Array.from({ length: 8 }, async () => {
    const answer = await ask(`${url}/orders/1`);
    answered++;
    return answer;
  });
  const refused = await Promise.race(all);
  await until(() => answered === 3);
  expect([refused.status, refused.headers.get("content-type")]).toEqual([
    503,
    "application/problem+json",
  ]);
  expect(refused.told.status).toBe(503);
  release();
  const statuses = (await Promise.all(all)).map(({ status }) => status).toSorted();
  expect(statuses).toEqual([404, 404, 404, 404, 404, 503, 503, 503]);
});

test("metrics and a recording tell of every call", async () => {
  const record = join(services.folder, "facts.ndjson");
  const payment = await services.start({ id: "payment" });
  const order = await services.start({ id: "order", next: `${payment.url}/create`, record });
  await ask(`${order.url}/orders`, json(orderOf("1", 5)));
  await until(async () => (await ask(`${order.url}/orders/1`)).told.complete);
  const metrics = await (await fetch(`${order.url}/metrics`)).text();
  expect(metrics).toContain('breakwater_calls_total{policy="payment-outbox",outcome="ok"} 1');
  expect(metrics).toContain("retail_outbox_waiting 0");
  await order.close();
  const facts = readFileSync(record, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(facts).toContainEqual(
    expect.objectContaining({ edge: "payment-outbox", type: "callEnded", outcome: "ok" }),
  );
});
