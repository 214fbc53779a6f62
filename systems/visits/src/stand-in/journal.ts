import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** One change, as the state after it, so that to read it twice does no harm. */
export type Entry = readonly ["set", key: string, value: string] | readonly ["del", key: string];

/**
 * When what was written is forced onto the disk: before the answer, once a second, or whenever the system likes. The
 * same words and meanings as Redis' appendfsync. A process that is killed loses nothing under any of them, since the
 * system keeps what it was given; a machine that loses power may.
 */
export type FsyncPolicy = "always" | "everysec" | "no";

export interface Recovered {
  readonly entries: readonly Entry[];
  /** Bytes of a last line that was cut off while it was written; it was never acknowledged. */
  readonly tornBytes: number;
}

/**
 * An append-only file, one JSON line per change. Entries are gathered by `append`, and `commit` makes them last: only
 * then may anybody be told of them.
 */
export class Journal {
  readonly path: string;
  readonly recovered: Recovered;
  readonly #fsync: FsyncPolicy;
  readonly #everySecond: NodeJS.Timeout | undefined;
  #file: number;
  #bytes: number;
  #lines = "";
  #dirty = false;

  /** @throws Error when the file cannot be read, or holds a line that is no entry and not the last */
  constructor(path: string, fsync: FsyncPolicy) {
    this.path = path;
    this.#fsync = fsync;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, "a+", 0o600);
    const text = readFileSync(path);
    const whole = text.lastIndexOf("\n") + 1;
    const entries = read(path, text.toString("utf8", 0, whole));
    // Otherwise the next entry would be written onto the rest of the torn one.
    if (whole < text.length) ftruncateSync(this.#file, whole);
    this.#bytes = whole;
    this.recovered = { entries, tornBytes: text.length - whole };
    if (fsync === "everysec") this.#everySecond = setInterval(() => this.#sync(), 1000).unref();
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(entry: Entry): void {
    this.#lines += `${JSON.stringify(entry)}\n`;
  }

  /** @throws Error when it cannot be written: then it is unknown what of it will be there after a restart */
  commit(): void {
    if (this.#lines === "") return;
    this.#bytes += writeWhole(this.#file, this.#lines);
    this.#lines = "";
    this.#dirty = true;
    if (this.#fsync === "always") this.#sync();
  }

  /** Puts a shorter file with the same outcome in the place of this one, whole or not at all. */
  rewrite(entries: Iterable<Entry>): void {
    this.commit();
    const next = `${this.path}.next`;
    const file = openSync(next, "w", 0o600);
    let bytes = 0;
    for (const entry of entries) bytes += writeWhole(file, `${JSON.stringify(entry)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(next, this.path);
    const folder = openSync(dirname(this.path), "r");
    fsyncSync(folder);
    closeSync(folder);
    closeSync(this.#file);
    this.#file = openSync(this.path, "a", 0o600);
    this.#bytes = bytes;
    this.#dirty = false;
  }

  close(): void {
    clearInterval(this.#everySecond);
    this.commit();
    this.#sync();
    closeSync(this.#file);
  }

  #sync(): void {
    if (this.#dirty) fdatasyncSync(this.#file);
    this.#dirty = false;
  }
}

/** A write may take less than it was given. */
function writeWhole(file: number, text: string): number {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  return bytes.length;
}

function read(path: string, text: string): Entry[] {
  return text.split("\n").flatMap((line, index) => {
    if (line === "") return [];
    const entry = entryOf(line);
    if (entry !== undefined) return [entry];
    throw new Error(
      `${path}, line ${index + 1}: this is no entry of the stand-in's journal. A last line that was cut off would ` +
        "have been left out; this one is damaged. Repair or delete the file, or give another one.",
    );
  });
}

function entryOf(line: string): Entry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || !value.every((part) => typeof part === "string")) return undefined;
  const fits = value[0] === "set" ? value.length === 3 : value[0] === "del" && value.length === 2;
  return fits ? (value as unknown as Entry) : undefined;
}
