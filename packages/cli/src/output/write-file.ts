import { randomUUID } from "node:crypto";
import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileProblem, UserError } from "../errors.ts";

export class FileExistsError extends UserError {}

/**
 * Writes a file whole or not at all: under another name in the same folder first, then renamed, so that a reader
 * never sees half of it and a failed write leaves the old file as it was.
 */
export function writeFileWhole(path: string, text: string, cwd: string): string {
  return write(path, text, cwd, renameSync);
}

/** The same, but never over a file that is there. Throws a FileExistsError when there is one. */
export function createFileWhole(path: string, text: string, cwd: string): string {
  return write(path, text, cwd, (temporary, target) => {
    // A hard link fails when the name is taken; a rename would replace it. There is no moment in between.
    linkSync(temporary, target);
    rmSync(temporary);
  });
}

function write(
  path: string,
  text: string,
  cwd: string,
  publish: (temporary: string, target: string) => void,
): string {
  const target = resolve(cwd, path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    publish(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    if ((error as { code?: string }).code === "EEXIST") {
      throw new FileExistsError(`${path} is already there and was left as it is`);
    }
    const missing = (error as { code?: string }).code === "ENOENT";
    const reason = missing ? "its folder does not exist" : fileProblem(error);
    throw new UserError(`cannot write ${path}: ${reason}`);
  }
  return target;
}
