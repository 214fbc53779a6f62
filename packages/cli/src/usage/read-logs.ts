import { type Endpoint, Endpoints } from "./endpoints.ts";
import { Recogniser } from "./formats/recognise.ts";
import { LineSplitter } from "./lines.ts";
import type { LogFormat } from "./record.ts";
import { Slices } from "./slices.ts";
import { readSource } from "./source.ts";

/** Longest line that is read; servers cut theirs at 64 KB or long before. */
const LONGEST_LINE = 64 * 1024;
/** What is shown of the first line that was not understood. */
const LONGEST_SAMPLE = 80;

export interface LineCounts {
  /** Lines with something in them. */
  readonly read: number;
  /** By the name of the format that understood them. */
  readonly understood: Readonly<Record<string, number>>;
  /** No records by intent: other JSON between the lines of an access log. */
  readonly skipped: number;
  readonly bad: number;
  readonly tooLong: number;
}

interface BadLine {
  readonly log: string;
  readonly line: number;
  readonly text: string;
}

export interface Usage {
  readonly lines: LineCounts;
  /** The first line that was not understood: its log, its number there, and its beginning. */
  readonly firstBad: BadLine | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly slices: Slices;
  /** Sources whose packed data stopped before their end. */
  readonly cut: readonly string[];
}

/**
 * Reads logs one after the other, line by line.
 * @throws UserError when one cannot be read
 */
export async function readLogs(
  paths: readonly string[],
  cwd: string,
  formats: readonly LogFormat[],
): Promise<Usage> {
  const reading = new Reading(formats);
  const cut: string[] = [];
  for (const path of paths) {
    reading.begin(path);
    const lines = new LineSplitter(LONGEST_LINE, (line) => reading.take(line));
    if ((await readSource(path, cwd, (chunk) => lines.push(chunk))) === "cut") cut.push(path);
    lines.end();
  }
  return { ...reading.result(), cut };
}

class Reading {
  readonly #recogniser: Recogniser;
  readonly #endpoints = new Endpoints();
  readonly #slices = new Slices();
  readonly #understood: Record<string, number> = {};
  #log = "";
  #line = 0;
  #filled = 0;
  #skipped = 0;
  #bad = 0;
  #tooLong = 0;
  #firstBad: Usage["firstBad"];

  constructor(formats: readonly LogFormat[]) {
    this.#recogniser = new Recogniser(formats);
  }

  begin(log: string): void {
    this.#log = log;
    this.#line = 0;
  }

  take(line: string | undefined): void {
    this.#line++;
    if (line?.trim() === "") return;
    this.#filled++;
    if (line === undefined) this.#tooLong++;
    else this.#read(line);
  }

  #read(line: string): void {
    const { record, format } = this.#recogniser.read(line);
    if (record === "skipped") {
      this.#skipped++;
    } else if (record === "bad") {
      this.#bad++;
      const text = line.slice(0, LONGEST_SAMPLE);
      this.#firstBad ??= { log: this.#log, line: this.#line, text };
    } else {
      const name = format?.name ?? "";
      this.#understood[name] = (this.#understood[name] ?? 0) + 1;
      if (record.atMs !== undefined) this.#slices.add(record.atMs);
      this.#endpoints.add(record);
    }
  }

  result(): Omit<Usage, "cut"> {
    return {
      lines: {
        read: this.#filled,
        understood: this.#understood,
        skipped: this.#skipped,
        bad: this.#bad,
        tooLong: this.#tooLong,
      },
      firstBad: this.#firstBad,
      endpoints: this.#endpoints.list(),
      slices: this.#slices,
    };
  }
}
