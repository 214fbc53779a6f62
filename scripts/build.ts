// npm run build: compiles every package afresh into its dist/, without what older builds left, and gives each the
// licence that it is published under.
import { copyFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runSteps } from "./steps.ts";

const packages = fileURLToPath(new URL("../packages", import.meta.url));
for (const name of readdirSync(packages)) {
  const made = readdirSync(join(packages, name)).filter(
    (entry) => entry === "dist" || entry.endsWith(".tsbuildinfo"),
  );
  for (const entry of made) rmSync(join(packages, name, entry), { recursive: true });
  copyFileSync(join(packages, "../LICENSE"), join(packages, name, "LICENSE"));
}
await runSteps([{ name: "build", args: ["node_modules/typescript/bin/tsc", "-b"] }]);
