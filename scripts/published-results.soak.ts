import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fillParts } from "./docs/marked.ts";
import { root } from "./docs/pages.ts";
import { publishedTable } from "./docs/published/tables.ts";

test("the tables of published results are those that the code makes", () => {
  const page = readFileSync(join(root, "docs/published-results.md"), "utf8");
  expect(page).toBe(fillParts(page, "published", publishedTable));
});
