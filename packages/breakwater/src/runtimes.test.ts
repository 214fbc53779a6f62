// The toolkit in a browser: one bundle of the sources, in a real Chromium. docs/runtimes.md tells of other runtimes.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { EXPECTED, exercise } from "../test-support/exercise.ts";
import { policy } from "./index.ts";

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
  console.warn("SKIPPED: no Chromium found for the toolkit; set BREAKWATER_CHROMIUM to its path");
}

test("in this Node", async () => expect(await exercise(policy)).toEqual(EXPECTED));

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The toolkit and the exercises as one script that leaves both in `globalThis.toolkit`. */
async function bundled(): Promise<string> {
  const entry = "the entry";
  const source = `export { policy } from ${JSON.stringify(path("./index.ts"))};
    import { EVERY_PART, checkedElsewhere, policy as core } from ${JSON.stringify(path("./core/index.ts"))};
    export const corePolicy = (options, runtime) => core(checkedElsewhere(options), EVERY_PART, runtime);
    export { exercise } from ${JSON.stringify(path("../test-support/exercise.ts"))};`;
  const bundle = await rolldown({
    input: entry,
    platform: "browser",
    resolve: { conditionNames: ["breakwater-source", "import"] },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === entry ? `${path("./")}entry.ts` : null),
        load: (id) => (id.endsWith("/entry.ts") ? source : null),
      },
    ],
  });
  const { output } = await bundle.generate({ format: "iife", name: "toolkit" });
  await bundle.close();
  expect(output).toHaveLength(1);
  expect(output[0].imports).toEqual([]);
  return output[0].code;
}

describe.skipIf(!executablePath && !required)("in Chromium", () => {
  test("a bundle does the same as in Node", async () => {
    if (!executablePath) throw new Error("no Chromium found; set BREAKWATER_CHROMIUM to its path");
    const code = await bundled();
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--headless"] });
    try {
      const page = await browser.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => complaints.push(message.text()));
      await page.addScriptTag({ content: code });
      for (const name of ["policy", "corePolicy"]) {
        expect(await page.evaluate(`toolkit.exercise(toolkit.${name})`)).toEqual(EXPECTED);
      }
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 60_000);
});
