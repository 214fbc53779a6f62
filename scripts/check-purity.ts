// Pure packages use no ambient time, chance, timers, promises or I/O. The compiler forbids most of
// it by leaving out the types; this finds the rest.
import { fileURLToPath } from "node:url";
import { readSources, report } from "./checks/finding.ts";
import { impurities, PURE_PACKAGES } from "./checks/purity.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = PURE_PACKAGES.flatMap((name) => readSources(root, `packages/${name}/src`, [".ts"]));
const sources = files.filter(({ path }) => !/\.(test|soak)\.ts$/.test(path));
report(sources.flatMap(impurities), `${sources.length} files of pure packages are pure`);
