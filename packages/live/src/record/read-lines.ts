import { closeSync, openSync, readSync } from "node:fs";
import { LiveError } from "../processes/live-error.ts";

const MOST_BYTES = 512 * 1024 * 1024;
const CHUNK_BYTES = 1 << 20;

/**
 * The JSON objects in a file, one to a line; none where there is no file. A last line that was torn off, by a kill in
 * the middle of writing, is left out, and so is one that is no JSON.
 * @throws LiveError for a file of more than 512 MB
 */
export function* readLines(path: string): Generator<Readonly<Record<string, unknown>>> {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return;
  }
  try {
    const decoder = new TextDecoder();
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = "";
    let total = 0;
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      total += read;
      if (total > MOST_BYTES)
        throw new LiveError(`${path} is too long to read: make the run shorter`);
      const lines = (rest + decoder.decode(chunk.subarray(0, read), { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield* parsed(line);
    }
  } finally {
    closeSync(file);
  }
}

function* parsed(line: string): Generator<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) yield value as Record<string, unknown>;
  } catch {
    // Half a line: the process was killed while it wrote.
  }
}
