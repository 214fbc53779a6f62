import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./docs/pages.ts";
import { validated, withValidation } from "./docs/validation-table.ts";

test("the tables of published results are those that the code makes, and all of it holds", async () => {
  const page = readFileSync(join(root, "docs/published-results.md"), "utf8");
  expect(page).toBe(withValidation(page, await validated(() => {})));
  expect(page).not.toContain("**no**");
});
