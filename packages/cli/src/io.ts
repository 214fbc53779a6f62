/** What the command needs from the outside. Tests give their own. */
export interface Io {
  /** Writes to standard output: the result, nothing else. */
  readonly out: (text: string) => void;
  /** Writes to standard error: progress and errors. */
  readonly err: (text: string) => void;
  /** Characters in a line of the terminal. */
  readonly columns: number;
  readonly isTerminal: boolean;
  /** Whether lines on standard error can be written over. */
  readonly errIsTerminal?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Calls back on Ctrl-C in place of ending the process, until the function that it returns is called. */
  readonly onInterrupt?: (handler: () => void) => () => void;
}

/** Exit codes, as `breakwater help` lists them. */
export const EXIT = {
  met: 0,
  missed: 1,
  usage: 2,
  environment: 3,
  internal: 70,
  interrupted: 130,
} as const;
