import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One thing that a check objects to. */
export interface Finding {
  readonly file: string;
  /** Counted from 1; left out when the whole file is meant. */
  readonly line?: number;
  readonly message: string;
}

/** A file's text, and its path from the repository's folder with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** Every file below a folder whose name ends in one of these, without what is installed or built. */
export function readSources(
  root: string,
  folder: string,
  endings: readonly string[],
): SourceFile[] {
  const found: SourceFile[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === "dist") continue;
      const child = `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(child);
      else if (endings.some((ending) => entry.name.endsWith(ending))) {
        found.push({ path: child, text: readFileSync(join(root, child), "utf8") });
      }
    }
  };
  visit(folder);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Prints what was found, and makes the process fail if anything was. */
export function report(findings: readonly Finding[], whenClean: string): void {
  for (const { file, line, message } of findings) {
    process.stdout.write(`${file}${line === undefined ? "" : `:${line}`}  ${message}\n`);
  }
  if (findings.length === 0) process.stdout.write(`${whenClean}\n`);
  else process.exitCode = 1;
}
