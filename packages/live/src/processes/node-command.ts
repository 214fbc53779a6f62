import { fileURLToPath } from "node:url";

/**
 * How to run a module of this package as a process of its own: from its source where this one runs from source.
 * @param path from this folder, without the ending: "../synthetic/main"
 */
export function nodeCommand(path: string): readonly string[] {
  const fromSource = import.meta.url.endsWith(".ts");
  const url = new URL(`${path}${fromSource ? ".ts" : ".js"}`, import.meta.url);
  const flags = fromSource ? ["--conditions=breakwater-source", "--no-warnings"] : [];
  return [process.execPath, ...flags, fileURLToPath(url)];
}
