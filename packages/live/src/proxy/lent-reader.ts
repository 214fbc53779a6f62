import type { OnReadOpts } from "node:net";

/** Large enough that a system call moves much, small enough to stay in a core's cache. */
const BYTES = 128 * 1024;

/**
 * Reads a socket into one buffer, again and again, in place of a new buffer for each read: it lends the bytes, and
 * makes a new buffer only if they could not be passed on at once.
 */
export class LentReader {
  /** Takes bytes; is it done with the memory that they are in? */
  lend: (chunk: Buffer) => boolean = () => true;
  #buffer: Buffer | undefined;

  /** For net.connect. */
  readonly options: OnReadOpts = {
    buffer: () => {
      this.#buffer ??= Buffer.allocUnsafeSlow(BYTES);
      return this.#buffer;
    },
    callback: (length, bytes) => {
      const { buffer, byteOffset } = bytes;
      if (!this.lend(Buffer.from(buffer, byteOffset, length))) this.#buffer = undefined;
      return true;
    },
  };
}
