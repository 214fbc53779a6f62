import { describe, expect, it } from "vitest";
import { ask, metric, system, until } from "../test-support/system.ts";

const RECOMMENDED = [12, 23, 100, 122, 220, 333, 340, 400, 555, 654];
const POPULAR = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

describe("the page", () => {
  it("shows recommendations and popular items to whoever has a token", async () => {
    const { page, home } = await system();
    const { status, body, headers } = await page();
    expect(status).toBe(200);
    expect(body).toMatchObject({ recommendations: RECOMMENDED, popular_items: POPULAR });
    expect(body).toMatchObject({ degraded: [], freshness: "fresh" });
    expect(headers.get("breakwater-freshness")).toBe("fresh");
    const again = await ask(`${home}/home`, { headers: { authorization: "Token 0x132" } });
    expect(again.body.recommendations).toEqual(RECOMMENDED);
  });

  it.each([
    [undefined, 401],
    ["", 401],
    ["0x132", 401],
    ["Bearer 0x132", 401],
    ["Token", 401],
    ["Token 0x132 0x133", 401],
    ["Token 0x999", 401],
    [`Token ${"x".repeat(10_000)}`, 401],
    ["Token 0x134", 403],
  ])("with authorization %j is refused with %d", async (authorization, expected) => {
    const { page, log, services } = await system();
    const { status, body, headers } = await page(
      authorization === undefined ? {} : { authorization },
    );
    expect(status).toBe(expected);
    expect(headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ status: expected, type: "about:blank" });
    expect(headers.has("www-authenticate")).toBe(expected === 401);
    await until(() => log.some(({ service }) => service === "homepage"));
    const asked = log.filter(({ service }) => service === "recommendations");
    expect(asked).toEqual([]);
    const { body: text } = await ask(`${services.homepage?.url}/metrics`);
    // A client's mistake is no failure of authentication's, and opens no circuit.
    expect(metric(text, "breakwater_calls_total", 'outcome="failed"')).toBe(0);
  });

  it("does not ask for recommendations that a user may not see", async () => {
    const { page, log } = await system();
    const { status, body } = await page({ authorization: "Token 0x133" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ recommendations: [], popular_items: POPULAR, degraded: [] });
    expect(body.parts.recommendations).toMatchObject({ cause: "notPermitted" });
    expect(log.filter(({ service }) => service === "recommendations")).toEqual([]);
  });

  it("is refused by recommendations itself without their permission", async () => {
    const { services } = await system();
    const url = `${services.recommendations?.url}/recommendations`;
    const { status } = await ask(url, { headers: { authorization: "Token 0x133" } });
    expect(status).toBe(403);
  });
});

describe("without a dependency", () => {
  it("shows an empty list, says so, and counts it", async () => {
    const { page, change, services, log } = await system();
    await change({ outages: ["/recommendations"] });
    const { status, body, headers } = await page();
    expect(status).toBe(200);
    expect(body).toMatchObject({ recommendations: [], popular_items: POPULAR });
    expect(body).toMatchObject({ degraded: ["recommendations"], freshness: "partial" });
    expect(body.parts.recommendations).toEqual({
      freshness: "default",
      cause: "failed",
    });
    expect(headers.get("breakwater-freshness")).toBe("partial");
    const { body: text } = await ask(`${services.homepage?.url}/metrics`);
    const labels = 'part="recommendations",freshness="default",cause="failed"';
    expect(metric(text, "homepage_parts_total", labels)).toBe(1);
    expect(metric(text, "homepage_pages_total", 'freshness="partial"')).toBe(1);
    await until(() => log.some(({ outcome }) => outcome === "fallback"));
    const line = log.find(({ outcome }) => outcome === "fallback");
    expect(line).toMatchObject({ service: "homepage", status: 200, degraded: ["recommendations"] });
  });

  it("shows the last known list where there is one", async () => {
    const { page, change } = await system();
    await change({ last_known: "10min" });
    await page();
    await change({ outages: ["/recommendations", "/popular_items"] });
    const { body } = await page();
    expect(body).toMatchObject({ recommendations: RECOMMENDED, popular_items: POPULAR });
    expect(body).toMatchObject({
      freshness: "stale",
      degraded: ["recommendations", "popular_items"],
    });
    expect(body.ageMs).toBeGreaterThan(0);
    const { body: other } = await page({ authorization: "Token 0x133" });
    expect(other).toMatchObject({ popular_items: [], freshness: "partial" });
  });

  it("answers an error where degradation is off, or nothing can stand in", async () => {
    const { page, change } = await system();
    await change({ outages: ["/recommendations"], graceful_degradation: false });
    expect((await page()).status).toBe(502);
    await change({ outages: ["/authenticate"], graceful_degradation: true });
    const { status, body } = await page();
    expect(status).toBe(502);
    expect(body.detail).toContain("authentication");
  });

  it("answers 504 when authentication takes longer than its timeout", async () => {
    const { page, change } = await system();
    await change({ timeout: 0.05, performance_problems: ["/authenticate"] });
    const startedAtMs = performance.now();
    const { status, body } = await page();
    expect(status).toBe(504);
    expect(body.code).toBe("BREAKWATER_TIMEOUT");
    expect(performance.now() - startedAtMs).toBeLessThan(2000);
  });
});

describe("deadlines and workers", () => {
  it("stops working for a caller that does not wait any more", async () => {
    const { home, change, log } = await system();
    await change({ faults: { "popular-items": { latency: { min: "20s", max: "20s" } } } });
    const headers = { authorization: "Token 0x132", "breakwater-deadline-ms": "200" };
    const startedAtMs = performance.now();
    const { status } = await ask(home, { headers });
    expect(performance.now() - startedAtMs).toBeLessThan(3000);
    expect([200, 504]).toContain(status);
    // What was asked of popular items has ended with it, 19 seconds early.
    await until(() => log.some(({ service }) => service === "popular-items"));
  });

  it("goes on working where workers are synchronous, and makes others wait", async () => {
    const { page, change, services } = await system({ workers: 2, abandonedWork: "continues" });
    await page();
    const latency = { min: "1500ms", max: "1500ms" };
    await change({ timeout: 0.3, faults: { recommendations: { latency } } });
    const pages = await Promise.all([page(), page(), page()]);
    expect(pages.map(({ body }) => body.degraded)).toEqual([
      ["recommendations"],
      ["recommendations"],
      ["recommendations"],
    ]);
    const text = async () => (await ask(`${services.recommendations?.url}/metrics`)).body;
    const now = await text();
    expect(metric(now, "homepage_workers_busy")).toBe(2);
    expect(metric(now, "homepage_workers_waiting")).toBe(1);
    await until(async () => metric(await text(), "homepage_workers_busy") === 0);
  });

  it("has a breaker for each worker where that is asked for", async () => {
    const { page, change, services } = await system({ workers: 3, breakerScope: "worker" });
    await change({ circuit_breakers: true, outages: ["/recommendations"] });
    for (let round = 0; round < 8; round++) await Promise.all([page(), page(), page()]);
    const { body: text } = await ask(`${services.homepage?.url}/metrics`);
    const attempts = [0, 1, 2].map((worker) => {
      return metric(text, "breakwater_attempts_total", `policy="recommendations/${worker}"`);
    });
    expect(attempts.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(15);
    expect(Math.max(...attempts)).toBe(5);
  });
});
