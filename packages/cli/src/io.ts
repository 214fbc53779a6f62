/** What the command needs from the outside. Tests give their own. */
export interface Io {
  /** Writes to standard output: the result, nothing else. */
  readonly out: (text: string) => void;
  /** Writes to standard error: progress and errors. */
  readonly err: (text: string) => void;
  /** Characters in a line of the terminal. */
  readonly columns: number;
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** Exit codes, as `breakwater help` lists them. */
export const EXIT = {
  met: 0,
  missed: 1,
  usage: 2,
  environment: 3,
  interrupted: 130,
  internal: 70,
} as const;
