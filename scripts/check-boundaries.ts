// Who may import whom: package.json, TypeScript references and the imports themselves must agree
// with the table in checks/boundaries.ts.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { boundaryFindings, type Room } from "./checks/boundaries.ts";
import { readSources, report } from "./checks/finding.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

function readRoom(folder: string): Room {
  const config = `${folder}/tsconfig.json`;
  const { references = [] } = existsSync(join(root, config)) ? readJson(config) : {};
  return {
    folder,
    manifest: readJson(`${folder}/package.json`),
    references: references.map(({ path }: { path: string }) => path),
    sources: ["src", "test-support"]
      .filter((part) => existsSync(join(root, folder, part)))
      .flatMap((part) => readSources(root, `${folder}/${part}`, [".ts", ".tsx", ".js"])),
  };
}

const rooms = ["packages", "systems"]
  .filter((parent) => existsSync(join(root, parent)))
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
  .filter((folder) => existsSync(join(root, folder, "package.json")))
  .map(readRoom);
const tools = Object.keys(readJson("package.json").devDependencies);
report(boundaryFindings(rooms, tools), `${rooms.length} packages keep to their boundaries`);
