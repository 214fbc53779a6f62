import { randomUUID } from "node:crypto";
import { linkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileProblem, UserError } from "../errors.ts";

export class FileExistsError extends UserError {}

/**
 * Writes a file whole or not at all: under another name in the same folder first, then renamed, so that a reader
 * never sees half of it and a failed write leaves the old file as it was.
 */
export function writeFileWhole(path: string, text: string, cwd: string): string {
  const target = resolve(cwd, path);
  const there = statSync(target, { throwIfNoEntry: false });
  // A device or a pipe (/dev/null, /dev/stdout) is written to; to rename over it would replace it.
  if (there && !there.isFile() && !there.isDirectory()) {
    return write(path, target, (name) => writeFileSync(name, text));
  }
  // The file behind a link is replaced, and the link stays.
  const final = there ? realpathSync(target) : target;
  return write(path, final, (name) => {
    throughTemporary(name, text, (temporary) => renameSync(temporary, name));
  });
}

/** The same, but never over a file that is there. Throws a FileExistsError when there is one. */
export function createFileWhole(path: string, text: string, cwd: string): string {
  return write(path, resolve(cwd, path), (name) => {
    // A hard link fails when the name is taken; a rename would replace it. There is no moment in between.
    throughTemporary(name, text, (temporary) => linkSync(temporary, name));
  });
}

/** Writes under another name in the same folder, and lets `publish` give the file its own. */
function throughTemporary(
  target: string,
  text: string,
  publish: (temporary: string) => void,
): void {
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    publish(temporary);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Does the writing and says in words why it failed. Returns the file that was written. */
function write(path: string, target: string, writing: (target: string) => void): string {
  try {
    writing(target);
    return target;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "EEXIST") {
      throw new FileExistsError(`${path} is already there and was left as it is`);
    }
    const reason = code === "ENOENT" ? "its folder does not exist" : fileProblem(error);
    throw new UserError(`cannot write ${path}: ${reason}`);
  }
}
