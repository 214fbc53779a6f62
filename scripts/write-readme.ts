// Fills the tables of results in the README from runs made now.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HomepagePace } from "@breakwater/scenario";
import { ladderTable } from "./docs/ladder-table.ts";
import { fillParts } from "./docs/marked.ts";
import { root } from "./docs/pages.ts";

const file = join(root, "README.md");
const page = readFileSync(file, "utf8");
writeFileSync(
  file,
  fillParts(page, "ladder", (pace) => ladderTable(pace as HomepagePace)),
);
