import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const STAMP = ".breakwater-setup";

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * The pinned Node's program, as the npm package `node` leaves it.
 * @param {string} root
 */
export function pinnedNode(root) {
  const name = process.platform === "win32" ? "node.exe" : "node";
  return join(root, "node_modules", "node", "bin", name);
}

/**
 * What an install depends on: the lock file, and the machine, because a folder that was copied
 * from another system carries that system's programs.
 * @param {string} root
 */
export function fingerprint(root) {
  const lock = readFileSync(join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lock).digest("hex");
  return `${hash} ${process.platform} ${process.arch}`;
}

/** @param {string} root */
export function isStamped(root) {
  const path = join(root, "node_modules", STAMP);
  return existsSync(path) && readFileSync(path, "utf8") === fingerprint(root);
}

/** @param {string} root */
export function writeStamp(root) {
  writeFileSync(join(root, "node_modules", STAMP), fingerprint(root));
}

/**
 * Whether a plain `npm install` has already put in place what the lock file asks for. npm writes
 * its own record at the very end, so a half-finished install has none.
 * @param {string} root
 */
export function npmHasInstalled(root) {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  const present = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted)
    .filter(([path, entry]) => path.startsWith("node_modules/") && !entry.optional)
    .every(([path, entry]) => {
      const found = present[path];
      return found !== undefined && found.version === entry.version && existsSync(join(root, path));
    });
}
