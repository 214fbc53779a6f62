// Whatever is wrong gets a 4xx that says so, over real sockets, and changes nothing.
import { createConnection } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentIds } from "../test-support/books.ts";
import { json, orderOf, type Running, Services } from "../test-support/services.ts";

const services = new Services();
let order: Running;
beforeAll(async () => {
  order = await services.start({ id: "order" });
});
afterAll(() => services.end());

interface Said {
  readonly status: number;
  readonly type: string;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

async function refused(path: string, init: RequestInit): Promise<Said> {
  const response = await fetch(order.url + path, init);
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const said = (await response.json()) as Said;
  expect(said.status).toBe(response.status);
  return said;
}

/** Sends bytes and resolves to all that comes back. */
function raw(...parts: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(Number(new URL(order.url).port), "127.0.0.1");
    let answer = "";
    socket.on("data", (text) => {
      answer += text;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (answer === "" && error.code !== "ECONNRESET") reject(error);
    });
    socket.on("close", () => resolve(answer));
    for (const part of parts) socket.write(part);
    socket.setTimeout(3000, () => socket.destroy());
  });
}

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const good = { ...orderOf("1") };
const { payment } = good;

const wrongBodies: readonly [what: string, body: unknown, field: string][] = [
  ["null", "null", ""],
  ["a list", [], ""],
  ["a text", '"order"', ""],
  ["nothing in it", {}, "/"],
  ["a number for an id", { ...good, id: 1 }, "/id"],
  ["an id with a slash", { ...good, id: "../1" }, "/id"],
  ["an empty id", { ...good, id: "" }, "/id"],
  ["an id of 65 letters", { ...good, id: "x".repeat(65) }, "/id"],
  ["an id with a line feed", { ...good, id: "1\n" }, "/id"],
  ["a place in the chain for an id", { ...good, id: "1@2" }, "/id"],
  ["a date that is none", { ...good, date: "yesterday" }, "/date"],
  ["a text for items", { ...good, items: "tea" }, "/items"],
  ["101 items", { ...good, items: Array(101).fill(1) }, "/items"],
  ["a text for an amount", { ...good, payment: { ...payment, amount: "5" } }, "/payment/amount"],
  ["an amount below 0", { ...good, payment: { ...payment, amount: -1 } }, "/payment/amount"],
  ["too great an amount", { ...good, payment: { ...payment, amount: 1e300 } }, "/payment/amount"],
  ["no shipment", { ...good, payment: { amount: 1 } }, "/payment"],
  ["null for a payment", { ...good, payment: null }, "/payment"],
  ["no directions", { ...good, payment: { amount: 1, shipment: {} } }, "/payment/shipment"],
  ["items nested too deep", { ...good, items: [nested(10)] }, "/"],
  ["items nested 20,000 deep", `{"items":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, "/"],
  ["too many values", { ...good, items: [Array(1000).fill(0)] }, "/"],
];

describe.each(["/orders", "/create"])("POST %s refuses", (path) => {
  test.each(wrongBodies)("a body with %s", async (_what, body, field) => {
    const said = await refused(path, json(body));
    expect(said.status).toBe(422);
    expect(said.errors?.[0]?.field).toBe(field || "/");
    expect(said.errors?.[0]?.message).not.toBe("");
  });

  test.each([
    ["no JSON", "{"],
    ["nothing", ""],
    ["two documents", "{}{}"],
    ["a number that is none", '{"id":NaN}'],
    ["__proto__", '{"id":"1","__proto__":{"items":[]}}'],
    ["__proto__ further inside", '{"id":"1","items":[{"__proto__":{"polluted":true}}]}'],
    ["__proto__ in disguise", '{"id":"1","items":[{"\\u005f_proto__":{"polluted":true}}]}'],
    ["constructor.prototype", '{"id":"1","constructor":{"prototype":{"polluted":true}}}'],
  ])("%s", async (_what, body) => {
    expect((await refused(path, json(body))).status).toBe(400);
    expect((globalThis as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("what does not say that it is JSON", async () => {
    const body = JSON.stringify(good);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "json", ""]) {
      const init = { method: "POST", headers: { "content-type": type }, body };
      expect((await refused(path, init)).status).toBe(415);
    }
  });

  test.each(["two words", "x".repeat(129), "é"])("the Idempotency-Key %j", async (key) => {
    const said = await refused(path, json(good, { "idempotency-key": key }));
    expect(said.status).toBe(400);
  });

  test("bodies of 10 MB, with and without their length", async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    const text = `"${"x".repeat(10 * 1024 * 1024)}"`;
    const long = `${head}Content-Length: ${text.length}\r\n\r\n`;
    expect(await raw(long)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await raw(long, text.slice(0, 100_000))).toMatch(/^HTTP\/1\.1 413 /);
    const size = text.length.toString(16);
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n${size}\r\n`;
    expect(await raw(chunked, text.slice(0, 1024 * 1024))).toMatch(/^HTTP\/1\.1 413 /);
  });
});

test.each(["-1", "1e3", "x", "99999", "1&count=2", ""])("POST /create?count=%s", async (count) => {
  const said = await refused(`/create?count=${count}`, json(good));
  expect(said.status).toBe(400);
});

describe("headers that attack", () => {
  const post = "POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  test.each([
    ["no HTTP", "hello\r\n\r\n", 400],
    ["another version", "GET /orders/1 HTTP/9.9\r\nHost: x\r\n\r\n", 400],
    ["no host", "GET /orders/1 HTTP/1.1\r\n\r\n", 400],
    ["two lengths", `${post}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ["a length below 0", `${post}Content-Length: -1\r\n\r\n{}`, 400],
    [
      "a length and chunks",
      `${post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["a space before the colon", `${post}Content-Length : 2\r\n\r\n{}`, 400],
    ["a control character", `${post}Idempotency-Key: a\x01b\r\nContent-Length: 2\r\n\r\n{}`, 400],
    ["a folded line", `${post}X-A: a\r\n b\r\nContent-Length: 2\r\n\r\n{}`, 400],
    ["20,000 bytes of header", `${post}X-A: ${"x".repeat(20_000)}\r\n\r\n`, 431],
    ["many headers", `${post}${"X-A: b\r\n".repeat(4000)}\r\n`, 431],
  ])("%s", async (_what, text, status) => {
    expect(await raw(text)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test("the service still works", async () => {
    expect((await fetch(`${order.url}/health`)).status).toBe(200);
  });
});

describe("addresses", () => {
  test.each([
    ["/orders/", "/orders"],
    ["//orders//1//", "/orders/1"],
    ["/orders/1/?a=b/", "/orders/1?a=b/"],
    ["//evil.example/", "/evil.example"],
    ["/create/?count=1", "/create?count=1"],
  ])("%s leads to %s with 308, for every method", async (path, to) => {
    for (const method of ["GET", "POST"]) {
      const response = await fetch(order.url + path, { method, redirect: "manual" });
      expect([response.status, response.headers.get("location")]).toEqual([308, to]);
    }
  });

  test.each([
    ["GET", "/nothing", 404],
    ["GET", "/orders/1/2", 404],
    ["GET", "/payments/1", 404],
    ["DELETE", "/orders/1", 405],
    ["PUT", "/orders", 405],
    ["GET", "/create", 405],
    ["GET", "/orders/%zz", 400],
    ["GET", "/orders/%00", 400],
    ["GET", "/orders/..%2f..%2fetc%2fpasswd", 400],
    ["GET", `/orders/${"x".repeat(65)}`, 400],
    ["GET", "/orders/__proto__", 400],
    ["GET", "/orders/constructor", 404],
  ])("%s %s is answered with %i", async (method, path, status) => {
    const said = await refused(path, { method });
    expect(said.status).toBe(status);
  });

  test("405 says what is allowed", async () => {
    const response = await fetch(`${order.url}/create`, { method: "DELETE" });
    expect(response.headers.get("allow")).toBe("POST");
  });
});

test("nothing of all this was kept", () => {
  expect(documentIds(`${services.folder}/order-0.sqlite`)).toEqual([]);
});
