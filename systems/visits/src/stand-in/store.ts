import { type Entry, type FsyncPolicy, Journal } from "./journal.ts";

/** All keys and values together. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A journal is worth rewriting when it is this long and mostly about the past. */
const REWRITE_BYTES = 16 * 1024 * 1024;
const REWRITE_FACTOR = 4;

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/** A command that changes nothing because it is wrong; the message is Redis' own. */
export class CommandError extends Error {}

/** Keys and values in memory, and each change in a journal. */
export class Store {
  readonly journal: Journal;
  readonly #values = new Map<string, string>();
  #bytes = 0;

  constructor(path: string, fsync: FsyncPolicy) {
    this.journal = new Journal(path, fsync);
    for (const [change, key, value] of this.journal.recovered.entries) {
      if (change === "set") this.#put(key, value);
      else this.#remove(key);
    }
    this.#shorten();
  }

  get size(): number {
    return this.#values.size;
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: string): void {
    const before = this.#values.get(key);
    const more = value.length - (before?.length ?? -key.length);
    if (this.#bytes + more > MOST_BYTES) {
      throw new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
    }
    this.#put(key, value);
    this.journal.append(["set", key, value]);
  }

  delete(key: string): boolean {
    if (!this.#remove(key)) return false;
    this.journal.append(["del", key]);
    return true;
  }

  /** Adds to a whole number of 64 bits; a key that is not there counts as 0. */
  add(key: string, amount: bigint): bigint {
    const sum = wholeNumber(this.#values.get(key) ?? "0") + amount;
    if (sum < INT64.min || sum > INT64.max) {
      throw new CommandError("ERR increment or decrement would overflow");
    }
    this.set(key, String(sum));
    return sum;
  }

  /** From here on everything that was done is kept. */
  commit(): void {
    this.journal.commit();
    this.#shorten();
  }

  #put(key: string, value: string): void {
    this.#remove(key);
    this.#values.set(key, value);
    this.#bytes += key.length + value.length;
  }

  #remove(key: string): boolean {
    const value = this.#values.get(key);
    if (value === undefined) return false;
    this.#bytes -= key.length + value.length;
    return this.#values.delete(key);
  }

  #shorten(): void {
    const { bytes } = this.journal;
    if (bytes > REWRITE_BYTES && bytes > REWRITE_FACTOR * this.#bytes) {
      this.journal.rewrite(this.#entries());
    }
  }

  *#entries(): Generator<Entry> {
    for (const [key, value] of this.#values) yield ["set", key, value];
  }
}

/** @throws CommandError unless the text is a whole number of 64 bits, written the one usual way */
export function wholeNumber(text: string): bigint {
  const value = /^(0|-?[1-9]\d{0,18})$/.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < INT64.min || value > INT64.max) {
    throw new CommandError("ERR value is not an integer or out of range");
  }
  return value;
}
