// Fills the tables in the pages under docs/: options from the tables that validation reads, results from runs made now.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filled } from "./docs/filled.ts";
import { markdownFiles, root } from "./docs/pages.ts";

for (const path of markdownFiles("docs")) {
  const file = join(root, path);
  const before = readFileSync(file, "utf8");
  const page = filled(before);
  if (page === before) continue;
  writeFileSync(file, page);
  process.stdout.write(`wrote ${path}\n`);
}
