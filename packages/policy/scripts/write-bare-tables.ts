// npm run tables: writes the tables that validation reads, from those in the policies' options.ts.
import { writeFileSync } from "node:fs";
import { bareTables } from "../src/bare/bare.ts";

/** One line of JSON for each option of a table. */
const lists = Object.entries(bareTables()).map(([name, table]) => {
  const lines = Object.entries(table).map(
    ([key, field]) => `  '"${key}":${JSON.stringify(field).replace(/['\\]/g, "\\$&")}',`,
  );
  return `export const ${name}Bare = bare([\n${lines.join("\n")}\n]);`;
});

writeFileSync(
  new URL("../src/bare/tables.ts", import.meta.url),
  `// Written by \`npm run tables\` in packages/policy, from the tables in the policies' options.ts. Do not edit.
import type { FieldTable } from "../options/field.ts";

/* @__NO_SIDE_EFFECTS__ */
function bare(fields: readonly string[]): FieldTable {
  return JSON.parse(\`{\${fields.join(",")}}\`);
}

${lists.join("\n\n")}
`,
);
