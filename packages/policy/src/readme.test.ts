import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = new URL("..", import.meta.url);

it("runs the example of the README", () => {
  const readme = readFileSync(new URL("README.md", folder), "utf8");
  const input = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const options = ["--conditions=breakwater-source", "--input-type=module-typescript", "-"];
  const cwd = fileURLToPath(folder);
  const printed = execFileSync(process.execPath, options, { cwd, input, encoding: "utf8" });
  expect(printed).toBe("closed 1\n");
}, 40_000);
