import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makeResult } from "@breakwater/metrics/testing";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { reportPage } from "./write.ts";

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
  console.warn(
    "SKIPPED: no Chromium found for the report's page; set BREAKWATER_CHROMIUM to its path",
  );
}

/** Twelve seconds of outage out of thirty; a name with markup in it, which must stay a name. */
function outage(name: string, answered: number) {
  const inFault = (bucket: number) => bucket >= 8 && bucket < 20;
  const per = (value: (bucket: number) => number) =>
    Array.from({ length: 30 }, (_, bucket) => value(bucket));
  const ok = per((bucket) => (inFault(bucket) ? answered : 10));
  const timedOut = per((bucket) => (inFault(bucket) ? 10 - answered : 0));
  const open = per((bucket) => (inFault(bucket) ? 1 : 0));
  return makeResult({
    name,
    endedAtMs: 34_000,
    edges: [
      { from: "visitors", to: "shop", outcomes: { ok, timedOut } },
      { from: "shop", to: "stock", outcomes: { ok, timedOut }, circuit: { open, opened: 1 } },
    ],
    services: [
      { name: "shop", workers: 8, busy: per((bucket) => (inFault(bucket) ? 8 : 2)) },
      { name: "stock", workers: 4, queue: per((bucket) => (inFault(bucket) ? 5 : 0)) },
    ],
    faults: [{ kind: "latency", target: "stock", startMs: 8000, endMs: 20_000, struck: 9 }],
  });
}

describe.skipIf(!executablePath && !required)("the report's page in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let folder = "";
  let complaints: string[] = [];

  beforeAll(async () => {
    if (!executablePath) throw new Error("no Chromium found; set BREAKWATER_CHROMIUM to its path");
    const args = ["--no-sandbox", "--headless", "--disable-gpu", "--no-first-run"];
    args.push("--disable-background-networking");
    browser = await chromium.launch({ executablePath, args });
    folder = mkdtempSync(join(tmpdir(), "breakwater-"));
    const runs = [
      { label: "without", note: "", result: outage("</script><b>x", 1) },
      { label: "with <i>policies</i>", note: "", result: outage("with", 9) },
    ];
    writeFileSync(join(folder, "r.html"), reportPage({ title: "Two runs", about: "", runs }));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, "r.html")).href);
    await page.waitForSelector("#ready", { state: "attached" });
  }, 60_000);
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  const inkOf = (figure: string) =>
    page.evaluate((id) => {
      const canvas = document.querySelector<HTMLCanvasElement>(`#figure-${id} canvas`);
      const pixels = canvas?.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
      const colors = new Set<number>();
      for (let at = 0; pixels && at < pixels.length; at += 4) {
        if ((pixels[at + 3] ?? 0) > 200) {
          colors.add(
            ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0),
          );
        }
      }
      return colors.has(0x0072b2);
    }, figure);

  test("draws every chart, with a summary and a name for each", async () => {
    const ids = ["goodput", "latency", "outcomes", "queue", "busy"];
    for (const id of ids) expect(await inkOf(id), id).toBe(true);
    for (const id of ids) {
      const name = await page.getAttribute(`#figure-${id} .plot`, "aria-label");
      expect(name, id).toMatch(/ at most |stays at 0/);
    }
    expect(await page.locator("#lanes .lane").count()).toBe(3);
    expect(await page.locator("#lanes .hatch.open").count()).toBeGreaterThan(0);
  });

  test("B pins the shown run, and it stays behind the next one", async () => {
    await page.keyboard.press("b");
    expect(await page.locator(".pin[aria-pressed=true]").count()).toBe(1);
    expect(await page.isVisible("#differences-section")).toBe(false);
    await page.keyboard.press("]");
    expect(await page.isVisible("#differences-section")).toBe(true);
    expect(await page.textContent("#differences")).toContain("goodput");
    expect(await page.textContent("#verdict h2")).toBe("with <i>policies</i>");
    expect(await page.locator("#verdict .was").count()).toBeGreaterThan(5);
  });

  test("T shows the numbers as tables", async () => {
    expect(await page.locator("figure table").count()).toBe(0);
    await page.keyboard.press("t");
    const figures = await page.locator("figure").count();
    expect(await page.locator("figure table:visible").count()).toBe(figures);
    await page.click("#figure-goodput .table-switch");
    expect(await page.locator("figure table:visible").count()).toBe(figures - 1);
  });

  test("arrow keys move one crosshair over every chart", async () => {
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowRight");
    expect(await page.textContent("#now")).toBe("3.4 s");
    expect(await page.textContent("#figure-goodput .legend button:nth-child(2) .value")).toBe(
      "10/s",
    );
    await page.keyboard.press("Escape");
    expect(await page.textContent("#now")).toBe("point at a chart");
  });

  test("the pointer over one chart tells the values of all", async () => {
    await page.locator("#figure-goodput .u-over").hover();
    const values = await page.locator("#figure-busy .legend .value").allTextContents();
    expect(values.every((value) => value !== "")).toBe(true);
  });

  test("a series can be switched off, and stays off in the next run", async () => {
    const goodput = page.locator("#figure-goodput .legend button").nth(1);
    await goodput.click();
    expect(await goodput.getAttribute("aria-pressed")).toBe("false");
    expect(await inkOf("goodput")).toBe(false);
    await page.keyboard.press("]");
    expect(await goodput.getAttribute("aria-pressed")).toBe("false");
  });

  test("? lists the keys", async () => {
    await page.keyboard.press("?");
    expect(await page.isVisible("#help")).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#help")).toBe(false);
  });

  test("nothing is wider than a phone", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.waitForTimeout(100);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(360);
  });
});
