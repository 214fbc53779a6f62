import { closeSync, openSync, writeSync } from "node:fs";

/** Text that waits to be written, in characters, is never more than this and one line. */
const MOST_WAITING = 64 * 1024;

/** Lines for a file: kept for a moment, written together. What cannot be written is counted, and disturbs nobody. */
export class LineFile {
  /** Lines that could not be written. */
  lost = 0;
  readonly #file: number;
  readonly #own: boolean;
  readonly #everyMs: number;
  #waiting: string[] = [];
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;

  /**
   * @param target a path, to which lines are appended, or the number of an open file
   * @param everyMs how long a line waits at most; 0 writes each at once
   */
  constructor(target: string | number, everyMs: number) {
    this.#own = typeof target === "string";
    this.#file = typeof target === "string" ? openSync(target, "a") : target;
    this.#everyMs = everyMs;
  }

  add(line: string): void {
    this.#waiting.push(line);
    this.#size += line.length + 1;
    if (this.#everyMs === 0 || this.#size >= MOST_WAITING) this.flush();
    else this.#timer ??= this.#startTimer();
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    this.#size = 0;
    try {
      writeAll(this.#file, Buffer.from(`${lines.join("\n")}\n`));
    } catch {
      // A full disk or a reader that is gone: to record must never fail what is recorded.
      this.lost += lines.length;
    }
  }

  close(): void {
    this.flush();
    if (this.#own) closeSync(this.#file);
  }

  /** It does not keep the process alive: what still waits then is written as the process exits. */
  #startTimer() {
    const timer = setTimeout(() => this.flush(), this.#everyMs);
    timer.unref();
    return timer;
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
