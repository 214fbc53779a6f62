import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { fileProblem, UserError } from "../errors.ts";

const GZIP = [0x1f, 0x8b] as const;

/** How a source has ended: "cut" when packed data stopped before their end, as those of a file still being written. */
export type SourceEnd = "whole" | "cut";

/**
 * Reads a file, or standard input for "-", chunk by chunk; unpacks gzip, which it knows by its first bytes.
 * @throws UserError when it cannot be read
 */
export async function readSource(
  path: string,
  cwd: string,
  onChunk: (chunk: Uint8Array) => void,
): Promise<SourceEnd> {
  const stream = path === "-" ? process.stdin : createReadStream(resolve(cwd, path));
  let unpacking: Unpacking | undefined;
  let head: Buffer | undefined = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (head === undefined) {
        await (unpacking === undefined ? onChunk(chunk) : unpacking.write(chunk));
        continue;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < GZIP.length) continue;
      if (GZIP.every((byte, index) => head?.[index] === byte)) unpacking = new Unpacking(onChunk);
      await (unpacking === undefined ? onChunk(head) : unpacking.write(head));
      head = undefined;
    }
    if (head !== undefined) onChunk(head);
    return unpacking === undefined ? "whole" : await unpacking.end();
  } catch (error) {
    if (error instanceof UnpackError) throw new UserError(`${path} ${error.message}`);
    throw new UserError(`cannot read ${path}: ${fileProblem(error)}`);
  } finally {
    (stream as Readable).destroy();
  }
}

class UnpackError extends Error {}

/** Unpacks gzip as it comes, and takes no more before what came is used up. */
class Unpacking {
  readonly #gunzip = createGunzip();
  readonly #done: Promise<SourceEnd>;

  constructor(onChunk: (chunk: Uint8Array) => void) {
    this.#gunzip.on("data", onChunk);
    this.#done = new Promise((resolveDone, reject) => {
      this.#gunzip.once("end", () => resolveDone("whole"));
      this.#gunzip.once("error", (error: NodeJS.ErrnoException) => {
        if (error.code === "Z_BUF_ERROR") resolveDone("cut");
        else reject(new UnpackError(`holds damaged gzip data: ${error.message}`));
      });
    });
    // It is awaited at the end; until then a failure shows in `write`.
    this.#done.catch(() => {});
  }

  async write(chunk: Uint8Array): Promise<void> {
    const taken = new Promise<void>((resolveTaken) => {
      this.#gunzip.write(chunk, () => resolveTaken());
    });
    await Promise.race([taken, this.#done]);
  }

  end(): Promise<SourceEnd> {
    this.#gunzip.end();
    return this.#done;
  }
}
