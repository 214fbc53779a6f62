// Over real sockets: what no client library would send.
import { beforeAll, describe, expect, it } from "vitest";
import { ask, raw, type System, system, TOKEN } from "../test-support/system.ts";

const HOST = "Host: x\r\n";
const CLOSE = "Connection: close\r\n";
const AUTH = "Authorization: Token 0x132\r\n";

/** Method, path and service of every endpoint. */
const ENDPOINTS = [
  ["GET", "/", "homepage"],
  ["GET", "/home", "homepage"],
  ["POST", "/authenticate", "authentication"],
  ["GET", "/recommendations", "recommendations"],
  ["GET", "/popular_items", "popular-items"],
  ["GET", "/settings", "settings"],
  ["PUT", "/settings", "settings"],
  ["PATCH", "/settings", "settings"],
  ["GET", "/settings/changes", "settings"],
  ["GET", "/health", "homepage"],
  ["GET", "/metrics", "homepage"],
] as const;

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}

/** A clear answer: from 400 to 499, in words. */
function expectProblem(answer: string, status: number): void {
  expect(statusOf(answer)).toBe(status);
  expect(answer).toMatch(/content-type: application\/problem\+json/i);
  const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
  expect(body).toMatchObject({ status, detail: expect.stringMatching(/.{5,}/) });
}

describe.each(ENDPOINTS)("%s %s of %s", (method, path, service) => {
  const line = `${method} ${path} HTTP/1.1\r\n`;
  const attacks: [string, string, number][] = [
    ["100 kB of one header", `${line}${HOST}X: ${"x".repeat(100_000)}\r\n\r\n`, 431],
    ["100 kB of many headers", `${line}${HOST}${"a: b\r\n".repeat(17_000)}\r\n`, 431],
    ["a token of 100 kB", `${line}${HOST}Authorization: Token ${"x".repeat(100_000)}\r\n\r\n`, 431],
    ["two tokens", `${line}${HOST}${CLOSE}${AUTH}Authorization: Token 0x134\r\n\r\n`, 400],
    ["two hosts", `${line}${HOST}Host: y\r\n${CLOSE}\r\n`, 400],
    ["no host", `${line}${CLOSE}\r\n`, 400],
    ["a bare line feed in a header", `${line}${HOST}X: a\rSet-Cookie: b\r\n\r\n`, 400],
    ["a header without a name", `${line}${HOST}: a\r\n\r\n`, 400],
    ["a space before the colon", `${line}${HOST}Authorization : Token 0x132\r\n\r\n`, 400],
    ["a folded header", `${line}${HOST}X: a\r\n b\r\n${CLOSE}\r\n`, 400],
    ["a null byte", `${line}${HOST}X: a\0b\r\n\r\n`, 400],
    ["two lengths", `${line}${HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    ["a length below 0", `${line}${HOST}Content-Length: -1\r\n\r\n`, 400],
    [
      "a length and chunks",
      `${line}${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400],
    ["an unknown version", `${method} ${path} HTTP/9.9\r\n${HOST}\r\n`, 400],
    ["an unknown method", `BREW ${path} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 400],
    ["a path of 20 kB", `${method} ${path}${"x".repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, 431],
    ["a broken escape", `${method} /%zz HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 400],
    ["a path of nothing", `${method} /nothing HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 404],
    ["another method", `DELETE ${path} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`, 405],
  ];

  let tried: System;
  const clean: (() => Promise<unknown> | unknown)[] = [];
  beforeAll(async () => {
    tried = await system({}, (one) => clean.push(one));
    return async () => {
      for (const one of clean.reverse()) await one();
    };
  });

  it.each(attacks)("refuses %s", async (_about, bytes, status) => {
    const url = tried.services[service]?.url ?? "";
    expectProblem(await raw(url, bytes), status);
    expect((await tried.page(TOKEN)).status).toBe(200);
    const { body, headers } = await ask(`${tried.settings}/settings`);
    expect([body, headers.get("etag")]).toEqual([{}, '"0"']);
  });
});

describe("bodies of settings", () => {
  const json = "application/json";
  const huge = `{"outages":["${"x".repeat(1_000_000)}"]}`;
  it.each([
    ["nothing", json, "", 400],
    ["no JSON", json, "{", 400],
    ["a list", json, "[]", 422],
    ["a number", json, "7", 422],
    ["null", json, "null", 400],
    ["a megabyte", json, huge, 413],
    ["XML", "application/xml", "<settings/>", 415],
    ["no content type", "", "{}", 415],
    ["a prototype", json, '{"__proto__":{"timeout":1}}', 400],
    ["a prototype inside", json, '{"faults":{"__proto__":{"outage":true}}}', 400],
    ["a constructor", json, '{"constructor":{"prototype":{"timeout":1}}}', 400],
    ["an escaped prototype", json, '{"\\u005f_proto__":{"timeout":1}}', 400],
    ["a key of Object's", json, '{"faults":{"toString":{}}}', 422],
    ["a huge number", json, '{"timeout":1e999}', 422],
    ["text for a number", json, '{"timeout":"1; DROP TABLE settings"}', 422],
  ])("%s (%s) changes nothing", async (_about, type, body, status) => {
    const { settings, page } = await system();
    for (const method of ["PUT", "PATCH"]) {
      const head = [
        `${method} /settings HTTP/1.1`,
        "Host: x",
        "Connection: close",
        ...(type === "" ? [] : [`Content-Type: ${type}`]),
        `Content-Length: ${Buffer.byteLength(body)}`,
      ];
      expectProblem(await raw(settings, `${head.join("\r\n")}\r\n\r\n${body}`), status);
    }
    expect(({} as { timeout?: number }).timeout).toBeUndefined();
    const { body: now, headers } = await ask(`${settings}/settings`);
    expect([now, headers.get("etag")]).toEqual([{}, '"0"']);
    expect((await page()).body.degraded).toEqual([]);
  });

  it.each(["after=x", "after=1.5", "wait=-1", "wait=1e9", "wait=x", "after=1&after=2"])(
    "a question for changes with %s is refused",
    async (query) => {
      const { settings } = await system();
      expect((await ask(`${settings}/settings/changes?${query}`)).status).toBe(400);
    },
  );
});

describe("headers of breakwater's own", () => {
  it.each(["-1", "1e9", "NaN", "9".repeat(400), "5, 6", "__proto__"])(
    "are as if they were not there when they hold %s",
    async (text) => {
      const { page } = await system();
      const names = ["breakwater-deadline-ms", "breakwater-attempt", "breakwater-priority"];
      const headers = Object.fromEntries(names.map((name) => [name, text]));
      const { status, body } = await page({ ...TOKEN, ...headers });
      expect(status).toBe(200);
      expect(body.degraded).toEqual([]);
    },
  );
});
