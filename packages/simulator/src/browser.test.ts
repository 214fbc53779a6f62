// The simulator in a worker of a browser: the same bytes as here.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { catalogue } from "@breakwater/scenario";
import { chromium } from "playwright-core";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { run } from "../test-support/run.ts";

const PLACES = [
  process.env.BREAKWATER_CHROMIUM ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const executablePath = PLACES.find((place) => place !== "" && existsSync(place));
const required = process.env.BREAKWATER_REQUIRE_ALL === "1";
if (!executablePath && !required) {
  console.warn("SKIPPED: no Chromium found for the simulator; set BREAKWATER_CHROMIUM to its path");
}

/** A worker that answers a scenario's text with its result's. */
const WORKER = `
import { parseScenario } from "@breakwater/scenario";
import { runScenario } from "@breakwater/simulator";
onmessage = ({ data }) => {
  const parsed = parseScenario(data, "json");
  postMessage(parsed.ok ? JSON.stringify(runScenario(parsed.scenario)) : JSON.stringify(parsed.problems));
};`;

/** The worker with everything it needs, as one script. */
async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL("./worker-of-the-test.ts", import.meta.url));
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    resolve: { conditionNames: ["breakwater-source", "import"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? WORKER : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "iife" });
  await bundle.close();
  return output[0].code;
}

/**
 * Short ones of the catalogue. Not yet any scenario: Math.log1p, log, exp and cos of two versions of V8 may differ in
 * the last bit, and a draw that differs so can show in a result, rarely.
 */
const samples = catalogue.filter(({ name }) => !name.endsWith("-fast"));

describe.skipIf(!executablePath && !required)("in a worker of Chromium", () => {
  test("scenarios of the catalogue give the same bytes as in this Node", async () => {
    if (!executablePath) throw new Error("no Chromium found; set BREAKWATER_CHROMIUM to its path");
    const code = await bundled();
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--headless"] });
    try {
      const page = await browser.newPage();
      await page.evaluate(`globalThis.worker = new Worker(
        URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: "text/javascript" })))`);
      for (const { scenario } of samples) {
        const there = await page.evaluate(`new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(${JSON.stringify(JSON.stringify(scenario))});
        })`);
        expect(there).toBe(JSON.stringify(run(scenario)));
      }
    } finally {
      await browser.close();
    }
  }, 180_000);
});
