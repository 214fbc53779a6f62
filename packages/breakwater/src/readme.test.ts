import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = new URL("..", import.meta.url);

it("runs the example of the README", () => {
  const readme = readFileSync(new URL("README.md", folder), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1];
  const source = `${example}\nconsole.log(JSON.stringify(answer));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=breakwater-source", "--input-type=module-typescript", "-e", source],
    { cwd: fileURLToPath(folder), encoding: "utf8", timeout: 30_000 },
  );
  expect({ stdout, stderr }).toEqual({ stdout: '{"inStock":"unknown"}\n', stderr: "" });
}, 40_000);
