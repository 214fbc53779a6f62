// Makes the tables of docs/published-results.md anew, from runs made now. Takes a minute or two.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillParts } from "./docs/marked.ts";
import { root } from "./docs/pages.ts";
import { publishedTable } from "./docs/published/tables.ts";

const file = join(root, "docs/published-results.md");
const page = readFileSync(file, "utf8");
const filled = fillParts(page, "published", (name) => {
  const written = publishedTable(name);
  process.stdout.write(`${name}\n${written}\n\n`);
  return written;
});
writeFileSync(file, filled);
