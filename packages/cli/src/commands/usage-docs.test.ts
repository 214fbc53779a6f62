// Holds docs/usage.md to what the command prints and writes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runMain } from "../testing/test-io.ts";

const page = readFileSync(new URL("../../../../docs/usage.md", import.meta.url), "utf8");
const folder = mkdtempSync(join(tmpdir(), "breakwater-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The text of the page's only block that is opened like this. */
function block(opening: string): string {
  const [, rest = ""] = page.split(`\`\`\`${opening}\n`);
  return rest.slice(0, rest.indexOf("```"));
}

test("the page shows what the command prints and writes", async () => {
  writeFileSync(join(folder, "access.log"), block("text access.log"));
  const commands = [...page.matchAll(/^breakwater (usage .+)$/gm)].map(([, line = ""]) => line);
  expect(commands).toHaveLength(2);
  const [ranking = "", writing = ""] = commands;
  const ranked = await runMain(ranking.split(" "), folder);
  expect(ranked.code).toBe(0);
  expect(ranked.out + ranked.err).toBe(block("text output"));
  await runMain(writing.split(" "), folder);
  expect(readFileSync(join(folder, "out.yaml"), "utf8")).toBe(block("yaml"));
  expect((await runMain(["run", "out.yaml"], folder)).code).toBe(0);
});
