// Makes the tables of docs/published-results.md anew, from the output of `breakwater validate`. Takes a minute or two.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./docs/pages.ts";
import { validated, withValidation } from "./docs/validation-table.ts";

const file = join(root, "docs/published-results.md");
const validation = await validated((text) => void process.stderr.write(text));
writeFileSync(file, withValidation(readFileSync(file, "utf8"), validation));
process.stdout.write("wrote docs/published-results.md\n");
