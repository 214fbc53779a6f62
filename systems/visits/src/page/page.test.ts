import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test-support/stores.ts";
import { StandIn } from "../stand-in/server.ts";
import { createVisitsService, type VisitsService } from "./service.ts";
import { readEnvFile, readSettings, SettingError } from "./settings.ts";

let folder: ReturnType<typeof temporaryFolder>;
let standIn: StandIn;
let page: VisitsService;
let url = "";
let log = "";

beforeEach(async () => {
  folder = temporaryFolder();
  log = "";
  standIn = await StandIn.start({ file: join(folder.path, "data.jsonl") });
  const env = { NAME: "<script>Ada & 'Bob'", REDIS_URL: `redis://127.0.0.1:${standIn.port}` };
  page = await createVisitsService({
    ...readSettings(env),
    writeLog: (lines) => {
      log += lines;
    },
  });
  url = await page.listen();
  await expect.poll(async () => (await health()).store.kind).toBe("stand-in");
});
afterEach(async () => {
  await page.close();
  await standIn.close();
  folder.remove();
});

const health = async () =>
  (await (await fetch(`${url}/health`)).json()) as { store: { kind: string; version: string } };
const get = (accept: string, path = "/") => fetch(url + path, { headers: { accept } });
const visits = async () =>
  ((await (await get("application/json")).json()) as { visits: number }).visits;

describe("the page", () => {
  test("is HTML for a browser, with nothing in it but what it shows", async () => {
    const answer = await get("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    const html = await answer.text();
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("vary")).toBe("accept");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).toContain("Hello &lt;script&gt;Ada &amp; &#39;Bob&#39;!");
    expect(html).not.toContain("<script");
    expect(html).toContain('<html lang="en">');
    expect(html).toContain("a stand-in for Redis, not Redis itself");
    expect(html).toMatch(/<div role="status">\s*<p class="number">1<\/p>\s*<p>visit so far/);
  });

  test("is JSON for a program, and a line of text for curl", async () => {
    expect(await (await get("application/json")).json()).toMatchObject({
      name: "<script>Ada & 'Bob'",
      visits: 1,
      degraded: false,
      store: { kind: "stand-in", version: "0.1.0" },
    });
    const answer = await get("*/*");
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await answer.text()).toMatch(/^Hello <script>Ada & 'Bob'! I am .+\. Visits: 2\./);
  });

  test("tells that it could not count, and never keeps a visit back to count it later", async () => {
    expect(await visits()).toBe(1);
    const port = standIn.port;
    await standIn.close();
    await expect.poll(async () => visits()).toBeNull();
    const answer = await get("application/json");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      visits: null,
      degraded: true,
      message: "The counter cannot be reached right now. This visit is not counted.",
    });
    expect(await (await get("text/html")).text()).toContain('<p class="degraded">');
    expect(log).toContain('"outcome":"fallback"');
    expect(log).toContain('"degraded":["visits"]');
    standIn = await StandIn.start({ file: join(folder.path, "data.jsonl"), port });
    const again = async (): Promise<number | null> => {
      page.policy.breaker?.reset("not to wait 5 s");
      return visits();
    };
    await expect.poll(again, { timeout: 5000 }).toBe(2);
  });

  test("a look is no visit, and works without a store", async () => {
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    expect((await get("text/html", "/favicon.ico")).status).toBe(404);
    expect((await fetch(url, { method: "POST", body: "x" })).status).toBe(405);
    expect((await get("image/png")).status).toBe(406);
    expect(await visits()).toBe(1);
    await standIn.close();
    expect((await get("*/*", "/health")).status).toBe(200);
  });

  test("has the policy's metrics", async () => {
    await visits();
    const text = await (await get("*/*", "/metrics")).text();
    expect(text).toContain('breakwater_calls_total{policy="redis",outcome="ok"} 1');
  });
});

describe("bad requests", () => {
  test.each([
    ["DELETE", "/", 405, "GET, HEAD"],
    ["PUT", "/health", 405, "GET"],
    ["GET", "/nope", 404, null],
    ["GET", "/%00%zz", 400, null],
  ])("%s %s is answered with %d", async (method, path, status, allow) => {
    const answer = await fetch(url + path, { method });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("allow")).toBe(allow);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(await answer.json()).toMatchObject({ status, title: expect.any(String) });
  });

  test.each([
    ["huge headers", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, "431"],
    ["no HTTP", "hello\r\n\r\n", "400"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
      "400",
    ],
    [
      "a length beside chunks",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
  ])("%s", async (_, text, status) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    let answer = "";
    socket.on("data", (chunk) => {
      answer += String(chunk);
    });
    socket.write(text);
    await once(socket, "close");
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(await visits()).toBe(1);
  });

  test("a huge body is refused and counts nothing", async () => {
    const answer = await fetch(url, { method: "POST", body: "x".repeat(1_000_000) }).catch(
      () => undefined,
    );
    if (answer !== undefined) expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await visits()).toBe(1);
  });
});

describe("settings", () => {
  test("come from the environment, and the name from .env too", () => {
    const file = join(folder.path, ".env");
    expect(readEnvFile(file)).toEqual({});
    writeFileSync(file, 'NAME="Grace Hopper"\n');
    expect(readSettings({}, readEnvFile(file)).name).toBe("Grace Hopper");
    expect(readSettings({ NAME: "Ada" }, readEnvFile(file)).name).toBe("Ada");
    expect(readSettings({}).policy.options).toMatchObject({ name: "redis", timeout: "2s" });
    const policies = JSON.stringify({ redis: { timeout: "1s" } });
    expect(readSettings({ BREAKWATER_POLICIES: policies }).policy.options).toEqual({
      name: "redis",
      timeout: "1s",
    });
  });

  test.each([
    [{ NAME: " " }, 'NAME is " "'],
    [{ NAME: "a\u001bb" }, "no control characters"],
    [{ PORT: "70000" }, 'PORT is "70000"'],
    [{ PORT: "-1" }, "from 0 (any) to 65535"],
    [{ REDIS_URL: "http://x" }, "redis://HOST:PORT"],
    [{ BREAKWATER_POLICIES: "{" }, "is no JSON object"],
    [{ BREAKWATER_POLICIES: '{"redis":7}' }, '"redis" must be an object'],
    [{ BREAKWATER_POLICIES: '{"redis":{"timeout":"-1s"}}' }, "timeout"],
  ])("%j is told", (env, message) => {
    expect(() => readSettings(env)).toThrow(SettingError);
    expect(() => readSettings(env)).toThrow(message);
  });
});
