// Keeps files short enough to read in one go.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readSources, report } from "./checks/finding.ts";
import { tooLong } from "./checks/lengths.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const ENDINGS = [".ts", ".tsx", ".js", ".mjs"];
const files = ["packages", "systems", "bench", "scripts"]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readSources(root, folder, ENDINGS));
report(files.flatMap(tooLong), `${files.length} files are short enough`);
