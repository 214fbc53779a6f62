// Fills the tables of options in the pages under docs/ from the tables that validation reads.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillParts } from "./docs/marked.ts";
import { optionTable } from "./docs/option-names.ts";
import { optionsTable } from "./docs/options-table.ts";
import { markdownFiles, root } from "./docs/pages.ts";

for (const path of markdownFiles("docs")) {
  const file = join(root, path);
  const page = readFileSync(file, "utf8");
  const filled = fillParts(page, "options", (name) => optionsTable(optionTable(name)));
  if (filled === page) continue;
  writeFileSync(file, filled);
  process.stdout.write(`wrote ${path}\n`);
}
