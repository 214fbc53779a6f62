import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldPath } from "../fold-path.ts";
import { breakwater } from "./breakwater.ts";
import { haproxy } from "./haproxy.ts";
import { nginx } from "./nginx.ts";
import { FORMATS, Recogniser } from "./recognise.ts";

const NGINX =
  '10.0.0.7 - ada [21/Nov/2026:04:00:01 +0100] "GET /orders/42?x=1 HTTP/1.1" 200 512 "-" "curl/8.0" 0.123';
const HAPROXY =
  'Nov 21 04:00:01 lb haproxy[14389]: 10.0.1.2:33317 [21/Nov/2026:04:00:01.655] http-in shop/w1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /orders/42 HTTP/1.1"';
const OURS =
  '{"time":"2026-11-21T03:00:01.000Z","service":"shop","method":"GET","route":"/orders/:id","path":"/orders/42","status":200,"durationMs":12.345,"outcome":"ok","client":"127.0.0.1"}';

describe("nginx", () => {
  test("combined with $request_time is understood", () => {
    expect(nginx.parse(NGINX)).toEqual({
      atMs: Date.UTC(2026, 10, 21, 3, 0, 1),
      service: "",
      method: "GET",
      path: "/orders/{id}",
      status: 200,
      durationMs: 123,
    });
  });

  test.each([
    ['"curl/8.0" rt=1.500', 1500],
    ['"curl/8.0" "10.1.1.1" request_time=0.002 0.001', 2],
    ['"curl/8.0" "0.250"', 250],
    ['"say \\"hi\\"" 0.010', 10],
    ['"curl/8.0"', undefined],
    ['"curl/8.0" 1234 1.2.3.4', undefined],
  ])("the end %s has the duration %s", (end, durationMs) => {
    expect(nginx.parse(NGINX.replace('"curl/8.0" 0.123', end))).toMatchObject({ durationMs });
  });

  test.each([
    ["\\x16\\x03\\x01", "?", "(no HTTP)"],
    ["-", "?", "(no HTTP)"],
    ["GET /a b HTTP/1.1", "?", "(no HTTP)"],
    ["GET /a\\x22b HTTP/1.1", "GET", "/a\\x22b"],
    ["OPTIONS * HTTP/1.1", "OPTIONS", "*"],
  ])("the request %s is %s %s", (request, method, path) => {
    const line = NGINX.replace("GET /orders/42?x=1 HTTP/1.1", () => request);
    expect(nginx.parse(line)).toMatchObject({ method, path, status: 200 });
  });

  test("the common format, without referer and agent, is understood too", () => {
    const line = NGINX.replace(' "-" "curl/8.0" 0.123', "");
    expect(nginx.parse(line)).toMatchObject({ path: "/orders/{id}", durationMs: undefined });
  });
});

describe("HAProxy", () => {
  test("httplog is understood, with and without the syslog's part", () => {
    const record = {
      atMs: Date.UTC(2026, 10, 21, 4, 0, 1, 655),
      service: "shop",
      method: "GET",
      path: "/orders/{id}",
      status: 200,
      durationMs: 109,
    };
    expect(haproxy.parse(HAPROXY)).toEqual(record);
    expect(haproxy.parse(HAPROXY.slice(HAPROXY.indexOf("10.0.1.2")))).toEqual(record);
  });

  test("an aborted request has no status and no duration", () => {
    const line = HAPROXY.replace("10/0/30/69/109 200", "-1/-1/-1/-1/-1 -1").replace(
      "GET /orders/42 HTTP/1.1",
      "<BADREQ>",
    );
    expect(haproxy.parse(line)).toMatchObject({ method: "?", status: 0, durationMs: undefined });
  });

  test("early logging, HTTP/2 addresses and a request that was cut off are understood", () => {
    const line = HAPROXY.replace("/109 200 2750", "/+109 200 +2750");
    expect(haproxy.parse(line)).toMatchObject({ durationMs: 109 });
    const cut = HAPROXY.replace('"GET /orders/42 HTTP/1.1"', '"GET https://shop.example/orders/42');
    expect(haproxy.parse(cut)).toMatchObject({ method: "GET", path: "/orders/{id}" });
  });
});

describe("lines as the servers wrote them", () => {
  test.each([
    [
      '127.0.0.1 - - [21/Nov/2026:04:21:25 +0000] "GET /we\\x22ird/%c3%a4 HTTP/1.1" 200 12 "-" "x \\x22q\\x22 \\x5Cy" "-" rt=0.021 uct="0.004"',
      ["nginx", "GET", "/we\\x22ird/%c3%a4", 200, 21],
    ],
    [
      '127.0.0.1 - - [21/Nov/2026:04:21:26 +0000] "\\x16\\x03\\x01garbage" 400 157 "-" "-" 0.301',
      ["nginx", "?", "(no HTTP)", 400, 301],
    ],
    [
      '127.0.0.1:41984 [21/Nov/2026:04:21:26.597] in shop/w1 0/0/0/24/24 200 103 - - ---- 1/1/0/0/0 0/0 "GET /we#22ird/%c3%a4 HTTP/1.1"',
      ["haproxy", "GET", "/we#22ird/%c3%a4", 200, 24],
    ],
    [
      '127.0.0.1:41998 [21/Nov/2026:04:21:26.664] in in/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"',
      ["haproxy", "?", "(no HTTP)", 400, 0],
    ],
    [
      '127.0.0.1:42014 [21/Nov/2026:04:21:27.075] in shop/w1 0/0/0/20/20 200 103 - - ---- 2/2/1/1/0 0/0 "GET http://127.0.0.1:20882/orders/77 HTTP/2.0"',
      ["haproxy", "GET", "/orders/{id}", 200, 20],
    ],
  ])("%s", (line, expected) => {
    const { record, format } = new Recogniser(FORMATS).read(line);
    if (typeof record === "string") throw new Error(record);
    const { method, path, status, durationMs } = record;
    expect([format?.name, method, path, status, durationMs]).toEqual(expected);
  });
});

describe("ours", () => {
  test("a route is taken as it is, and a path is folded where there is none", () => {
    const record = { service: "shop", method: "GET", status: 200, durationMs: 12.345 };
    const atMs = Date.UTC(2026, 10, 21, 3, 0, 1);
    expect(breakwater.parse(OURS)).toEqual({ ...record, atMs, path: "/orders/{id}" });
    const without = OURS.replace('"/orders/:id"', "null");
    expect(breakwater.parse(without)).toEqual({ ...record, atMs, path: "/orders/{id}" });
  });

  test("other JSON between the lines is passed over, broken lines are not", () => {
    expect(breakwater.parse('{"listening":"http://127.0.0.1:1","service":"shop"}')).toBe("skipped");
    for (const line of ["{", "[]", "7", '{"time":1}', OURS.replace("12.345", '"fast"')]) {
      expect(breakwater.parse(line)).toBe("bad");
    }
  });
});

describe("any line", () => {
  const valid = fc.constantFrom(NGINX, HAPROXY, OURS);
  /** A line with a part of it replaced by anything. */
  const damaged = fc
    .tuple(valid, fc.nat(200), fc.nat(40), fc.string({ unit: "grapheme" }))
    .map(([line, from, length, text]) => line.slice(0, from) + text + line.slice(from + length));

  test("is read or told to be bad, and what is read can be shown", () => {
    const line = fc.oneof(fc.string({ unit: "binary" }), fc.json(), damaged);
    fc.assert(
      fc.property(line, (text) => {
        for (const format of FORMATS) {
          const record = format.parse(text);
          if (record === "bad" || record === "skipped") continue;
          expect(record.path + record.service + record.method).not.toMatch(
            /[\p{Cc}\u202a-\u202e]/u,
          );
          expect(record.path.length).toBeLessThan(1000);
          expect(record.durationMs ?? 0).toBeGreaterThanOrEqual(0);
          expect(record.status).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("takes time in proportion to its length, however it is made", () => {
    const parts = ['"', "\\", " [", "[21/Nov/2026:04:00:01.655] ", "{", "a/", " ", "1.000 ", "é@."];
    for (const part of parts) {
      for (const start of ["", NGINX, HAPROXY]) {
        const line = start + part.repeat(64_000 / part.length);
        const startedAtMs = performance.now();
        for (const format of FORMATS) format.parse(line);
        expect(performance.now() - startedAtMs).toBeLessThan(500);
      }
    }
  });

  test("finds its format, also where several are mixed", () => {
    const recogniser = new Recogniser(FORMATS);
    const names = [OURS, NGINX, NGINX, "nonsense", HAPROXY, OURS].map(
      (line) => recogniser.read(line).format?.name,
    );
    expect(names).toEqual(["breakwater", "nginx", "nginx", undefined, "haproxy", "breakwater"]);
  });
});

describe("a path", () => {
  test.each([
    ["/", "/"],
    ["", "/"],
    ["/orders/123", "/orders/{id}"],
    ["/orders/123/", "/orders/{id}/"],
    ["/orders/123/items/7?page=2#x", "/orders/{id}/items/{id}"],
    ["/o/3f2a9c1b-0000-4000-8000-00000000abcd", "/o/{id}"],
    ["/o/01ARZ3NDEKTSV4RRFFQ69G5FAV", "/o/{id}"],
    ["/o/507f1f77bcf86cd799439011", "/o/{id}"],
    ["/days/2026-11-21", "/days/{date}"],
    ["/users/ada@example.org/cart", "/users/{email}/cart"],
    ["/orders/order-77", "/orders/order-{id}"],
    ["/static/app.3f2a9c1b.js", "/static/app.{id}.js"],
    ["/api/v2/deadbeef/popular_items", "/api/v2/deadbeef/popular_items"],
    ["/a;jsessionid=1/b", "/a"],
    ["https://shop.example/orders/1", "/orders/{id}"],
    ["/a/b/c/d/e/f/g/h/i/j/k/l/m/n", "/a/b/c/d/e/f/g/h/i/j/k/l/..."],
    ["/\u001b[31mred\u202e", "/_[31mred_"],
  ])("%s becomes %s", (path, folded) => expect(foldPath(path)).toBe(folded));
});
