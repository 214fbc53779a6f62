import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createClient } from "redis";
import { describe, expect, it, test } from "vitest";
import { start } from "../test-support/processes.ts";
import {
  afterwards,
  ask,
  metric,
  send,
  settingsFile,
  system,
  until,
} from "../test-support/system.ts";
import { redisStore } from "./settings/redis-store.ts";
import { sqliteStore } from "./settings/sqlite-store.ts";
import type { SettingsStore } from "./settings/store.ts";

const BREAKER = { window: { kind: "consecutive", failures: 2 }, openFor: "10min" };

describe("the settings of the running system", () => {
  it("are empty at first, are replaced by PUT and merged by PATCH", async () => {
    const { settings } = await system();
    expect(await ask(`${settings}/settings`)).toMatchObject({ status: 200, body: {} });
    const put = await send(settings, "PUT", { timeout: 1, retries: true });
    expect(put).toMatchObject({ status: 200, body: { timeout: 1, retries: true } });
    expect(put.headers.get("etag")).toBe('"1"');
    const patch = { retries: null, faults: { homepage: { errors: { share: 0.5 } } } };
    const patched = await send(settings, "PATCH", patch);
    expect(patched.body).toEqual({ timeout: 1, faults: { homepage: { errors: { share: 0.5 } } } });
    expect((await ask(`${settings}/settings`)).body).toEqual(patched.body);
    expect((await send(settings, "PUT", {})).body).toEqual({});
  });

  it("take JSON under the content types of merge patches and of curl", async () => {
    const { settings } = await system();
    for (const type of ["application/merge-patch+json", "application/x-www-form-urlencoded"]) {
      const headers = { "content-type": type };
      const init = { method: "PATCH", headers, body: '{"timeout": 2}' };
      expect(await ask(`${settings}/settings`, init)).toMatchObject({ status: 200 });
    }
  });

  it("change only what has not changed meanwhile, with If-Match", async () => {
    const { settings } = await system();
    await send(settings, "PUT", { timeout: 1 });
    const change = (match: string) => {
      const headers = { "content-type": "application/json", "if-match": match };
      return ask(`${settings}/settings`, { method: "PUT", headers, body: "{}" });
    };
    expect((await change('"7"')).status).toBe(412);
    expect((await change('"1"')).status).toBe(200);
  });

  it("lose nothing of what many change at once", async () => {
    const { settings } = await system();
    const names = ["authentication", "recommendations", "popular-items", "homepage"];
    const changes = names.map((name) => ({ faults: { [name]: { errors: { share: 0 } } } }));
    const answers = await Promise.all(changes.map((change) => send(settings, "PATCH", change)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { body } = await ask(`${settings}/settings`);
    expect(Object.keys(body.faults).toSorted()).toEqual(names.toSorted());
  });

  it.each([
    [{ timout: 1 }, "timout"],
    [{ timeout: "soon" }, "timeout"],
    [{ timeout: -1 }, "timeout"],
    [{ retries: "yes" }, "retries"],
    [{ outages: ["/nowhere"] }, "outages[0]"],
    [{ outages: "/recommendations" }, "outages"],
    [{ faults: { nowhere: {} } }, "faults.nowhere"],
    [{ faults: { homepage: { latency: { min: "1s" } } } }, "faults.homepage.latency.max"],
    [
      { faults: { homepage: { latency: { min: "2s", max: "1s" } } } },
      "faults.homepage.latency.min",
    ],
    [{ faults: { homepage: { errors: { status: 200 } } } }, "faults.homepage.errors.status"],
    [{ policies: { homepage: { weather: {} } } }, "policies.homepage.weather"],
    [
      { policies: { homepage: { recommendations: { timeout: "-5ms" } } } },
      "policies.homepage.recommendations.timeout",
    ],
    [
      { policies: { homepage: { recommendations: { retry: { attempts: 3 } } } } },
      "policies.homepage.recommendations.retry",
    ],
    [
      { policies: { homepage: { recommendations: { name: "x" } } } },
      "policies.homepage.recommendations.name",
    ],
  ])("refuse %j, name %s, and stay as they are", async (body, path) => {
    const { settings } = await system();
    await send(settings, "PUT", { timeout: 3 });
    for (const method of ["PUT", "PATCH"]) {
      const answer = await send(settings, method, body);
      expect(answer.status).toBe(422);
      expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      expect(answer.body.problems).toMatchObject([{ path }]);
      expect(answer.body.problems[0].allowed).not.toBe("");
    }
    const { body: now, headers } = await ask(`${settings}/settings`);
    expect(now).toEqual({ timeout: 3 });
    expect(headers.get("etag")).toBe('"1"');
  });

  it("refuse a patch that is nested without end", async () => {
    const { settings } = await system();
    const deep = `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`;
    expect((await send(settings, "PATCH", deep)).status).toBe(422);
    expect((await send(settings, "PUT", deep)).status).toBe(422);
    expect((await ask(`${settings}/settings`)).body).toEqual({});
  });
});

describe("a change of settings", () => {
  it("makes services slow, and fast again, without a restart", async () => {
    const { page, change } = await system();
    await page();
    const latency = { min: "300ms", max: "300ms" };
    const took = async () => {
      const startedAtMs = performance.now();
      await page();
      return performance.now() - startedAtMs;
    };
    await change({ faults: { "popular-items": { latency } } });
    expect(await took()).toBeGreaterThanOrEqual(299);
    await change({ faults: null });
    expect(await took()).toBeLessThan(299);
  });

  it("makes a share of requests fail, and retries go out with backoff", async () => {
    const { page, change, services, log } = await system();
    await change({ retries: true, faults: { recommendations: { errors: { status: 500 } } } });
    const { body } = await page();
    expect(body.degraded).toEqual(["recommendations"]);
    const { body: text } = await ask(`${services.homepage?.url}/metrics`);
    const of = 'policy="recommendations"';
    expect(metric(text, "breakwater_attempts_total", of)).toBe(4);
    expect(metric(text, "breakwater_retries_total", of)).toBe(3);
    await until(() => log.filter(({ route }) => route === "/recommendations").length === 4);
  });

  it("keeps an open circuit open, and closes none that it does not concern", async () => {
    const { page, change, services } = await system();
    const guarded = (timeout: string) => ({
      policies: {
        homepage: {
          recommendations: { timeout, circuitBreaker: BREAKER, fallback: { value: [] } },
        },
      },
    });
    await change(guarded("1s"));
    await change({ outages: ["/recommendations"] });
    await page();
    await page();
    const text = async () => (await ask(`${services.homepage?.url}/metrics`)).body;
    const open = 'policy="recommendations",state="open"';
    expect(metric(await text(), "breakwater_circuit_state", open)).toBe(1);
    await change({ ...guarded("2s"), outages: null });
    expect(metric(await text(), "breakwater_circuit_state", open)).toBe(1);
    const { body } = await page();
    expect(body.parts.recommendations).toMatchObject({ cause: "shortCircuited" });
    await change({ policies: null });
    expect((await page()).body.degraded).toEqual([]);
  });

  it("is heard of by services that follow while the settings service was away", async () => {
    const file = settingsFile();
    const settings = await start("settings", { SETTINGS_FILE: file });
    const port = new URL(settings.url).port;
    const popular = await start("popular", { SETTINGS_URL: settings.url });
    await send(settings.url, "PUT", { faults: { "popular-items": { errors: { status: 500 } } } });
    const status = async () => (await ask(`${popular.url}/popular_items`)).status;
    await until(async () => (await status()) === 500);
    await settings.end("SIGKILL");
    expect(await status()).toBe(500);
    const again = await start("settings", { SETTINGS_FILE: file, PORT: port });
    const { body } = await ask(`${again.url}/settings`);
    expect(body).toEqual({ faults: { "popular-items": { errors: { status: 500 } } } });
    await send(again.url, "PUT", {});
    await until(async () => (await status()) === 200);
  });
});

const found = spawnSync("redis-server", ["--version"]).status === 0;

test("a Redis server is there to test with", (context) => {
  if (found) return;
  if (process.env.BREAKWATER_REQUIRE_ALL === "1") throw new Error("redis-server is not there");
  console.warn("redis-server is not on the PATH (apt-get install redis-server): tests are skipped");
  context.skip();
});

async function redisUrl(): Promise<string> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  const { spawn } = await import("node:child_process");
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server = spawn("redis-server", args, { stdio: "ignore" });
  const ended = once(server, "exit");
  afterwards(async () => {
    server.kill("SIGKILL");
    await ended;
  });
  const url = `redis://127.0.0.1:${port}`;
  const client = createClient({ url });
  client.on("error", () => {});
  await client.connect();
  await client.close();
  return url;
}

const stores: [string, () => Promise<SettingsStore>][] = [
  ["a file", async () => sqliteStore(settingsFile())],
  ...(found
    ? [
        ["Redis", async () => redisStore(await redisUrl())] as [
          string,
          () => Promise<SettingsStore>,
        ],
      ]
    : []),
];

describe.each(stores)("settings kept in %s", (_name, make) => {
  it("are what was written last, and whoever knew less writes nothing", async () => {
    const store = await make();
    afterwards(() => store.close());
    await until(async () => store.read().then(Boolean, () => false));
    expect(await store.read()).toEqual({ revision: 0, settings: {} });
    expect(await store.write({ timeout: 1 }, 0)).toBe(true);
    expect(await store.write({ timeout: 2 }, 0)).toBe(false);
    expect(await store.write({ timeout: 3 }, 1)).toBe(true);
    expect(await store.read()).toEqual({ revision: 2, settings: { timeout: 3 } });
  });
});

describe.runIf(found)("with Redis", () => {
  it("a system is changed, and answers 503 or 504 in time while Redis is gone", async () => {
    const url = await redisUrl();
    const settings = await start("settings", { REDIS_URL: url });
    await until(async () => (await ask(`${settings.url}/settings`)).status === 200);
    expect((await send(settings.url, "PUT", { timeout: 1 })).status).toBe(200);
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    await client.hSet("homepage:settings", "document", "not JSON");
    expect((await ask(`${settings.url}/settings`)).status).toBe(500);
    await client.sendCommand(["SHUTDOWN", "NOSAVE"]).catch(() => {});
    client.destroy();
    const startedAtMs = performance.now();
    const { status } = await ask(`${settings.url}/settings`);
    expect([503, 504]).toContain(status);
    expect(performance.now() - startedAtMs).toBeLessThan(3000);
  });
});

it("what is no settings service is not followed", async () => {
  const strange = await start("popular");
  const popular = await start("popular", { SETTINGS_URL: `${strange.url}/popular_items` });
  expect((await ask(`${popular.url}/popular_items`)).status).toBe(200);
  const ended = await popular.end();
  expect(ended).toBe(0);
});
