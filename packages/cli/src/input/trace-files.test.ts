import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadScenario } from "./load-scenario.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "breakwater-trace-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(times: string, csv: string): void {
  writeFileSync(join(folder, "arrivals.csv"), csv);
  writeFileSync(
    join(folder, "shop.yaml"),
    `duration: 1s
services: { shop: { endpoints: { buy: { steps: [] } } } }
load: { visitors: { kind: trace, to: shop, times: ${times} } }
`,
  );
}

test("a trace stands in a file beside the scenario", async () => {
  write("{ file: arrivals.csv }", "time,who\n5,a\n0.2s,b\n");
  const { scenario } = await loadScenario("shop.yaml", folder);
  expect(scenario.load[0]?.source).toEqual({ kind: "times", atMs: [5, 200] });
});

test("a text with lines stands in the scenario itself", async () => {
  write('"5\\n7\\n"', "");
  const { scenario } = await loadScenario("shop.yaml", folder);
  expect(scenario.load[0]?.source).toEqual({ kind: "times", atMs: [5, 7] });
});

test.each([
  ["{ file: none.csv }", "none.csv"],
  ["{ file: ../arrivals.csv }", "not beside the scenario"],
  ["{ file: /etc/hosts }", "not beside the scenario"],
  ["{ file: arrivals.csv }", "line 3 has no time"],
])("%s is refused: %s", async (times, message) => {
  write(times, "time\n5\nfive\n");
  await expect(loadScenario("shop.yaml", folder)).rejects.toThrow(message);
});
