import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { fileProblem, UserError } from "../errors.ts";

/** Longest scenario that is read: far above any that a person writes. */
export const SCENARIO_BYTES = 1024 * 1024;
/** Longest result that is read. */
export const RESULT_BYTES = 64 * 1024 * 1024;

/** A text file, whole. Throws a UserError for what is no text, too long or cannot be read. */
export function readTextFile(path: string, cwd: string, mostBytes: number): string {
  const bytes = readBytes(path, cwd, mostBytes);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\u0000")) return text;
  } catch {
    // Not UTF-8: told below, together with the other sign of a binary file.
  }
  throw new UserError(`${path} is not a text file: it must be UTF-8 text`);
}

function readBytes(path: string, cwd: string, mostBytes: number): Uint8Array {
  let file: number | undefined;
  try {
    file = openSync(resolve(cwd, path), "r");
    if (fstatSync(file).isDirectory()) throw new UserError(`${path} is a folder, not a file`);
    return readUpTo(file, path, mostBytes);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot read ${path}: ${fileProblem(error)}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Counts what is read instead of trusting the size that is told: a device or a pipe has none. */
function readUpTo(file: number, path: string, mostBytes: number): Uint8Array {
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.alloc(Math.min(1 << 20, mostBytes + 1));
    const count = readSync(file, chunk, 0, chunk.length, null);
    if (count === 0) return Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, count));
    total += count;
    if (total > mostBytes) {
      throw new UserError(`${path} is too long: at most ${mostBytes / 1024 / 1024} MB are read`);
    }
  }
}
