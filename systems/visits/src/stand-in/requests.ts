/** Most words in one command, and most bytes of one: far above what a counter page sends. */
const MOST_WORDS = 1024;
const MOST_BYTES = 1024 * 1024;
/** Digits of a length, its sign and its line end. */
const LONGEST_HEADER = 16;

const STAR = "*".charCodeAt(0);
const DOLLAR = "$".charCodeAt(0);

/** What a client sent is no RESP command, or too long a one. Nothing after it can be understood. */
export class ProtocolError extends Error {}

/**
 * Reads commands from a stream of bytes, however it is cut into chunks: RESP arrays of bulk strings, which is what
 * every client sends. Words come out as one character per byte (latin1), so that any bytes survive.
 */
export class RequestReader {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * The commands that are complete now, in order.
   * @throws ProtocolError once those before it are out
   */
  *read(chunk: Buffer): Generator<string[]> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    for (let found = parse(bytes, 0); found !== undefined; found = parse(bytes, from)) {
      from = found.end;
      if (found.words.length > 0) yield found.words;
    }
    this.#rest = bytes.subarray(from);
  }
}

interface Request {
  readonly words: string[];
  /** Where the next one begins. */
  readonly end: number;
}

/** The command that begins there; undefined while it is not complete. */
function parse(bytes: Buffer, start: number): Request | undefined {
  const header = lengthAt(bytes, start, STAR, MOST_WORDS);
  if (header === undefined) return undefined;
  const words: string[] = [];
  let at = header.end;
  for (let i = 0; i < header.length; i++) {
    const word = lengthAt(bytes, at, DOLLAR, MOST_BYTES);
    if (word === undefined) return undefined;
    const end = word.end + word.length;
    if (end - start > MOST_BYTES)
      throw new ProtocolError(`a command has at most ${MOST_BYTES} bytes`);
    if (bytes.length < end + 2) return undefined;
    words.push(bytes.toString("latin1", word.end, end));
    at = end + 2;
  }
  return { words, end: at };
}

/** A line such as "*3" or "$5": a sign and a length. */
function lengthAt(bytes: Buffer, start: number, sign: number, most: number) {
  if (start >= bytes.length) return undefined;
  if (bytes[start] !== sign) {
    const got = JSON.stringify(String.fromCharCode(bytes[start] as number));
    throw new ProtocolError(`expected '${String.fromCharCode(sign)}', got ${got}`);
  }
  const line = bytes.toString("latin1", start + 1, start + LONGEST_HEADER);
  const lineEnd = line.indexOf("\r\n");
  if (lineEnd < 0) {
    if (line.length < LONGEST_HEADER - 1) return undefined;
    throw new ProtocolError("a length has no line end");
  }
  const digits = line.slice(0, lineEnd);
  const length = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(length <= most)) throw new ProtocolError(`a length must be from 0 to ${most}`);
  return { length, end: start + 1 + lineEnd + 2 };
}
