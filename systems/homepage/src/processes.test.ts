import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { start } from "../test-support/processes.ts";
import { afterwards, ask, metric, settingsFile, TOKEN, until } from "../test-support/system.ts";

async function homepage(env: Record<string, string> = {}) {
  const authentication = await start("authentication");
  const AUTHENTICATION_URL = authentication.url;
  const recommendations = await start("recommendations", { AUTHENTICATION_URL });
  const popular = await start("popular");
  const home = await start("homepage", {
    AUTHENTICATION_URL,
    RECOMMENDATIONS_URL: recommendations.url,
    POPULAR_ITEMS_URL: popular.url,
    ...env,
  });
  return { authentication, recommendations, popular, home };
}

it("runs as processes of its own, which end on SIGTERM, and does without one that was killed", async () => {
  const record = `${settingsFile()}.ndjson`;
  const recommendations = {
    timeout: "2s",
    circuitBreaker: { window: { kind: "consecutive", failures: 2 }, openFor: "1min" },
    fallback: { value: [] },
  };
  const { home, ...below } = await homepage({
    BREAKWATER_POLICIES: JSON.stringify({ recommendations }),
    BREAKWATER_RECORD: record,
    WORKERS: "8",
    SERVICE_TIME_MS: "10",
  });
  const page = () => ask(home.url, { headers: TOKEN });
  const { body } = await page();
  expect(body).toMatchObject({ degraded: [], freshness: "fresh" });
  expect(await below.recommendations.end("SIGKILL")).toBe(null);
  for (let round = 0; round < 3; round++) {
    expect(await page()).toMatchObject({ status: 200, body: { recommendations: [] } });
  }
  const { body: text } = await ask(`${home.url}/metrics`);
  const open = 'policy="recommendations",state="open"';
  expect(metric(text, "breakwater_circuit_state", open)).toBe(1);
  // Popular items were given no policy at all, and nothing stands in for them.
  await below.popular.end("SIGKILL");
  expect((await page()).status).toBe(502);

  const startedAtMs = performance.now();
  const codes = await Promise.all([home.end(), below.authentication.end()]);
  expect(codes).toEqual([0, 0]);
  expect(performance.now() - startedAtMs).toBeLessThan(2000);
  const lines = home.lines.map((line) => JSON.parse(line));
  expect(lines[0]).toEqual({ listening: home.url, service: "homepage" });
  const pages = lines.filter(({ route }) => route === "/");
  expect(pages.map(({ outcome }) => outcome)).toEqual([
    "ok",
    "fallback",
    "fallback",
    "fallback",
    "failed",
  ]);
  expect(pages[0].durationMs).toBeGreaterThanOrEqual(10);
  const facts = readFileSync(record, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const opened = facts.filter(({ type }) => type === "circuitOpened");
  expect(opened).toMatchObject([{ edge: "recommendations" }]);
});

it("answers what is under way before it ends", async () => {
  const popular = await start("popular", { SERVICE_TIME_MS: "500" });
  const answer = ask(`${popular.url}/popular_items`);
  await until(async () => (await ask(`${popular.url}/health`)).status === 200);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const [{ status }, code] = await Promise.all([answer, popular.end()]);
  expect([status, code]).toEqual([200, 0]);
});

it("runs as a whole in one process", async () => {
  const all = await start("all", { SETTINGS_FILE: settingsFile(), SETTINGS_PORT: "0" });
  await until(() => all.lines.length >= 5);
  const announced = all.lines.slice(0, 5).map((line) => JSON.parse(line).service);
  expect(announced).toEqual([
    "homepage",
    "authentication",
    "recommendations",
    "popular-items",
    "settings",
  ]);
  expect((await ask(all.url, { headers: TOKEN })).body.degraded).toEqual([]);
  expect(await all.end()).toBe(0);
});

it("does not start with an environment that cannot be, and names what is wrong", () => {
  const entry = fileURLToPath(new URL("homepage.ts", import.meta.url));
  const env = { PATH: process.env.PATH ?? "", PORT: "80x" };
  const args = ["--conditions=breakwater-source", entry];
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toBe('PORT is "80x", and has to be a number from 0 to 65535\n');
});

it("the file of settings is made with its folder", async () => {
  const file = settingsFile().replace("settings.db", "below/deep/settings.db");
  const settings = await start("settings", { SETTINGS_FILE: file });
  afterwards(() => settings.end("SIGKILL"));
  expect((await ask(`${settings.url}/settings`)).body).toEqual({});
});
