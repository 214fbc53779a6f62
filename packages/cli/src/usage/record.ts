/** One request, as a log tells of it. */
export interface AccessRecord {
  /** Milliseconds since 1970; undefined when the line has none that can be read. */
  readonly atMs: number | undefined;
  /** Who answered, where the log says so; empty otherwise. */
  readonly service: string;
  /** In upper case; "?" for what is no HTTP. */
  readonly method: string;
  /** With its ids folded, see foldPath. */
  readonly path: string;
  /** 0 when nothing was answered, as when the client left. */
  readonly status: number;
  /** undefined when the log does not measure it. */
  readonly durationMs: number | undefined;
}

/** Why a line is no record: "skipped" is one that is none by intent, such as a comment. */
export type NoRecord = "bad" | "skipped";

export interface LogFormat {
  readonly name: string;
  /** Never throws, whatever the line holds; takes time in proportion to its length. */
  readonly parse: (line: string) => AccessRecord | NoRecord;
}

/** What stands for requests that are no HTTP. */
export const NO_HTTP = { method: "?", path: "(no HTTP)" } as const;
