const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Cuts a stream of bytes into lines, and keeps no more than one of them. A line that is longer than it may be is told
 * without its text, however long it is.
 */
export class LineSplitter {
  readonly #mostBytes: number;
  readonly #onLine: (line: string | undefined) => void;
  #rest: Uint8Array[] = [];
  #restBytes = 0;

  /** `onLine` gets each line without its end, and undefined for one that is too long. */
  constructor(mostBytes: number, onLine: (line: string | undefined) => void) {
    this.#mostBytes = mostBytes;
    this.#onLine = onLine;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.#keep(chunk.subarray(from, end));
      this.#finish();
      from = end + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  /** The last line, when it has no end. */
  end(): void {
    if (this.#restBytes > 0) this.#finish();
  }

  #keep(bytes: Uint8Array): void {
    this.#restBytes += bytes.length;
    if (this.#restBytes <= this.#mostBytes) this.#rest.push(bytes);
    else this.#rest = [];
  }

  #finish(): void {
    const tooLong = this.#restBytes > this.#mostBytes;
    const [first = new Uint8Array()] = this.#rest;
    const bytes = this.#rest.length > 1 ? Buffer.concat(this.#rest) : first;
    this.#rest = [];
    this.#restBytes = 0;
    this.#onLine(tooLong ? undefined : text(bytes));
  }
}

/** Bytes that are no UTF-8 become a sign that stands for them: a log may hold anything. */
function text(bytes: Uint8Array): string {
  const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return Buffer.from(bytes.buffer, bytes.byteOffset, end).toString("utf8");
}
