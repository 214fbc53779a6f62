// npm run pack:check: would the built packages work for those who install them? Needs a build.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runSteps, type Step } from "./steps.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const publint = join(root, "node_modules/publint/src/cli.js");
const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");

function stepsFor(folder: string): Step[] {
  const cwd = join(root, "packages", folder);
  const {
    name,
    private: hidden,
    bin = {},
  } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
  if (hidden === true) return [];
  return [
    { name: `${name} publint`, args: [publint, "run", "--strict"], cwd },
    { name: `${name} types`, args: [attw, "--pack", ".", "--profile", "esm-only"], cwd },
    // No condition here, so this loads what users get: the compiled files.
    { name: `${name} import`, args: ["--input-type=module", "-e", `await import("${name}")`], cwd },
    ...Object.values<string>(bin).map((file) => ({
      name: `${name} command`,
      args: [file, "--help"],
      cwd,
    })),
  ];
}

const folders = readdirSync(join(root, "packages"));
const unbuilt = folders.filter((folder) => !existsSync(join(root, "packages", folder, "dist")));
if (unbuilt.length > 0) {
  process.stderr.write(`Not built yet: ${unbuilt.join(", ")}. Run first: npm run build\n`);
  process.exitCode = 1;
} else {
  await runSteps(folders.flatMap(stepsFor));
}
