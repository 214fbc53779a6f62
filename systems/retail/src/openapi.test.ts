// The OpenAPI document against the running service, both ways: nothing undocumented, nothing left out.
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, describe, expect, test } from "vitest";
import { type ApiDocument, Documented } from "../test-support/documented.ts";
import { json, orderOf, Services } from "../test-support/services.ts";
import type { Store } from "./store/store.ts";

const services = new Services();
afterAll(() => services.end());

const { payment } = orderOf("1", 5);
const samples = [
  { id: "order", path: "/orders", sample: (id: string) => ({ ...orderOf(id), id }) },
  { id: "payment", path: "/payments", sample: (id: string) => ({ ...payment, order: id }) },
  { id: "shipment", path: "/shipments", sample: (id: string) => ({ directions: "home", id }) },
  { id: "warehouse", path: "/links", sample: (id: string) => ({ id, next: { note: "fragile" } }) },
];
const away = (): Promise<never> => Promise.reject(new Error("away"));
const brokenStore: Store = {
  ...{ add: away, find: away, advance: away, due: away, waiting: away },
  close: () => Promise.resolve(),
};
/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:1/create";

async function documentOf(url: string): Promise<ApiDocument> {
  return (await (await fetch(`${url}/openapi.json`)).json()) as ApiDocument;
}

describe.each(samples)("the document of $id", ({ id, path, sample }) => {
  test("is OpenAPI 3.1", async () => {
    const { url } = await services.start({ id });
    const { valid, errors } = await new Validator().validate({ ...(await documentOf(url)) });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
  });

  test("says what the service answers, all of it and nothing else", async () => {
    const last = await services.start({ id });
    const onward = await services.start({ id, next: NOBODY });
    const runtime = { random: () => 0.9 };
    const failing = await services.start({ id, injectErrors: true, runtime });
    const broken = await services.start({ id, store: brokenStore });
    const client = new Documented(await documentOf(last.url));
    const statusOf = async (url: string, init?: RequestInit) =>
      (await client.request(url, init)).status;

    for (const each of ["/", "/health", "/breaker", "/metrics", "/openapi.json"]) {
      expect(await statusOf(last.url + each)).toBe(200);
    }
    expect(await statusOf(onward.url + path, json(sample("a")))).toBe(202);
    expect(await statusOf(onward.url + path, json(sample("a")))).toBe(200);
    expect(await statusOf(`${onward.url}/breaker`)).toBe(200);
    expect(await statusOf(`${onward.url}${path}/a`)).toBe(200);
    expect(await statusOf(last.url + path, json(sample("a")))).toBe(201);
    expect(await statusOf(`${last.url}/create`, json(sample("b")))).toBe(200);
    expect(await statusOf(`${onward.url}/create`, json(sample("b")))).toBe(202);
    expect(await statusOf(`${failing.url}/create`, json(sample("b")))).toBe(502);
    expect(await statusOf(`${last.url}${path}/nobody`)).toBe(404);
    expect(await statusOf(`${last.url}${path}/-`)).toBe(400);
    expect(await statusOf(`${broken.url}${path}/a`)).toBe(503);
    for (const each of [path, "/create"]) {
      const other = { ...sample("a"), more: true };
      const url = last.url + each;
      expect(await statusOf(url, json("{"))).toBe(400);
      expect(await statusOf(url, json(other))).toBe(409);
      expect(await statusOf(url, json(" ".repeat(70_000)))).toBe(413);
      expect(await statusOf(url, { method: "POST", body: "a=b" })).toBe(415);
      expect(await statusOf(url, json([]))).toBe(422);
      expect(await statusOf(broken.url + each, json(sample("a")))).toBe(503);
    }
    expect(client.unseen).toEqual([]);
  });
});

describe("the checking client", () => {
  const document: ApiDocument = {
    openapi: "3.1.0",
    paths: { "/health": { get: { responses: {} } } },
  };

  test("refuses an answer that is not documented", async () => {
    const { url } = await services.start({ id: "order" });
    const client = new Documented(document);
    await expect(client.request(`${url}/health`)).rejects.toThrow("200 is not documented");
    await expect(client.request(`${url}/breaker`)).rejects.toThrow("/breaker is not documented");
  });

  test("refuses an answer that is not as documented, and tells what was never asked for", async () => {
    const { url } = await services.start({ id: "order" });
    const schema = { type: "object", required: ["colour"] };
    const responses = { 200: { content: { "application/json": { schema } } } };
    const client = new Documented({ ...document, paths: { "/health": { get: { responses } } } });
    await expect(client.request(`${url}/health`)).rejects.toThrow("colour");
    expect(client.unseen).toEqual(["GET /health 200"]);
  });
});
