import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFailureStatus, mayRepeat } from "./classify.ts";
import { headerOf } from "./header-values.ts";
import { incoming } from "./incoming.ts";
import { retryAfter, retryAfterSeconds } from "./retry-after.ts";

const clock = { now: () => 1000 };
const NOTHING = { deadlineAtMs: undefined, attempt: undefined, priority: undefined };

describe("incoming", () => {
  it("reads what was sent, on its own clock", () => {
    const headers = {
      "breakwater-deadline-ms": "250",
      "breakwater-attempt": "2",
      "breakwater-priority": "-3",
    };
    const read = { deadlineAtMs: 1250, attempt: 2, priority: -3 };
    expect(incoming(headers, clock)).toEqual(read);
    expect(incoming(new Headers(headers), clock)).toEqual(read);
    const upper = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]);
    expect(incoming(Object.fromEntries(upper), clock)).toEqual(read);
    expect(incoming(upper.flat(), clock)).toEqual(read);
    const bytes = upper.flat().map((text = "") => Buffer.from(text));
    expect(incoming(bytes, clock)).toEqual(read);
  });

  it.each([
    "",
    " ",
    "1.5",
    "1e3",
    "+5",
    "-5",
    "0x10",
    "5ms",
    "5, 6",
    "Infinity",
    "NaN",
    "9".repeat(16),
  ])("takes the deadline and the attempt %o for none", (text) => {
    const headers = { "breakwater-deadline-ms": text, "breakwater-attempt": text };
    expect(incoming(headers, clock)).toEqual(NOTHING);
  });

  it("believes no header that came twice", () => {
    expect(incoming({ "breakwater-deadline-ms": ["5", "6"] }, clock)).toEqual(NOTHING);
    const twice = new Headers([
      ["breakwater-attempt", "1"],
      ["breakwater-attempt", "2"],
    ]);
    expect(incoming(twice, clock)).toEqual(NOTHING);
    expect(incoming(["Breakwater-Attempt", "1", "breakwater-attempt", "1"], clock)).toEqual(
      NOTHING,
    );
  });

  it("cuts what is too great, and knows no attempt 0", () => {
    const headers = {
      "breakwater-deadline-ms": "999999999999999",
      "breakwater-attempt": "999999",
      "breakwater-priority": "999999",
    };
    const cut = { deadlineAtMs: 1000 + 86_400_000, attempt: 1000, priority: 100 };
    expect(incoming(headers, clock)).toEqual(cut);
    expect(incoming({ "breakwater-priority": "-999" }, clock).priority).toBe(-100);
    expect(incoming({ "breakwater-priority": "-0" }, clock).priority).toBe(0);
    expect(incoming({ "breakwater-attempt": "0" }, clock)).toEqual(NOTHING);
    expect(incoming({ "breakwater-deadline-ms": "0" }, clock).deadlineAtMs).toBe(1000);
  });

  it("never throws, and stays in range, whatever comes", () => {
    const names = ["deadline-ms", "attempt", "priority"].map((name) => `breakwater-${name}`);
    const values = fc.oneof(fc.anything(), fc.string(), fc.integer().map(String));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), values), (headers) => {
        const { deadlineAtMs = 1000, attempt = 1, priority = 0 } = incoming(headers, clock);
        return (
          deadlineAtMs >= 1000 &&
          deadlineAtMs <= 86_401_000 &&
          attempt >= 1 &&
          attempt <= 1000 &&
          Math.abs(priority) <= 100
        );
      }),
      { numRuns: 2000 },
    );
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error("no");
        },
        ownKeys: () => {
          throw new Error("no");
        },
      },
    );
    for (const headers of [hostile, null, undefined, [], {}]) {
      expect(incoming(headers, clock)).toEqual(NOTHING);
      expect(retryAfter(headers)).toBeUndefined();
    }
  });
});

describe("retryAfter", () => {
  const wall = () => Date.parse("Fri, 20 Nov 2026 10:00:00 GMT");
  const cases: [Record<string, string>, number | undefined][] = [
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "120" }, 120_000],
    [{ "retry-after": "999999999" }, 86_400_000],
    [{ "Retry-After": "Fri, 20 Nov 2026 10:00:30 GMT" }, 30_000],
    [{ "retry-after": "Fri, 20 Nov 2026 09:00:00 GMT" }, 0],
    [{ "retry-after": "Fri, 20 Nov 2099 09:00:00 GMT" }, 86_400_000],
    [
      {
        "retry-after": "Thu, 01 Jan 2015 00:00:07 GMT",
        date: "Thu, 01 Jan 2015 00:00:00 GMT",
      },
      7000,
    ],
    [{ "retry-after": "Fri, 20 Nov 2026 10:00:30 GMT", date: "soon" }, 30_000],
    [{ "retry-after": "Fri, 99 Nov 2026 99:00:30 GMT" }, undefined],
    [{ "retry-after": "1.5" }, undefined],
    [{ "retry-after": "-1" }, undefined],
    [{ "retry-after": "2026-11-20" }, undefined],
    [{ "retry-after": "tomorrow", "ratelimit-reset": "5" }, undefined],
    [{ "ratelimit-reset": "5" }, 5000],
    [{}, undefined],
  ];
  it.each(cases)("%o says %s ms", (headers, ms) => {
    expect(retryAfter(headers, wall)).toBe(ms);
    expect(retryAfter(new Headers(headers), wall)).toBe(ms);
  });

  it("is written in whole seconds, never too few", () => {
    expect([undefined, 0, 1, 1000, 1001].map(retryAfterSeconds)).toEqual(["1", "1", "1", "1", "2"]);
  });
});

describe("what may be repeated, and what is a failure", () => {
  it("goes by the method, or by an Idempotency-Key", () => {
    const methods = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "POST", "PATCH", "get"];
    const repeatable = methods.filter((method) => mayRepeat(method, false));
    expect(repeatable).toEqual(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "get"]);
    expect(mayRepeat("POST", true)).toBe(true);
  });

  it("goes by the status", () => {
    const failures = [200, 301, 404, 408, 409, 429, 499, 500, 503, 599].filter(isFailureStatus);
    expect(failures).toEqual([408, 429, 500, 503, 599]);
  });
});

it("reads a header in the forms that libraries keep them in", () => {
  expect(headerOf({ a: ["x"] }, "a")).toBe("x");
  expect(headerOf({ a: Buffer.alloc(1, "x") }, "a")).toBe("x");
  expect(headerOf({ get: () => 5 }, "a")).toBe("5");
  expect(headerOf({ a: {} }, "a")).toBeUndefined();
});
