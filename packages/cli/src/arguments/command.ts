import type { Io } from "../io.ts";
import type { Style } from "../terminal/style.ts";

export interface OptionSpec {
  readonly type: "flag" | "value";
  readonly short?: string;
  /** What stands for the value in help: SECONDS. */
  readonly value?: string;
  readonly about: string;
}
export type OptionTable = Readonly<Record<string, OptionSpec>>;

export interface Example {
  readonly line: string;
  readonly about: string;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly Example[];
  readonly options: OptionTable;
  /** More paragraphs for `help`. */
  readonly notes?: readonly string[];
  /** Commands of more words that begin with this one's name: "proxy toxic add". */
  readonly verbs?: readonly Command[];
  /** Resolves to the exit code. */
  readonly run: (input: CommandInput) => Promise<number>;
}

export interface CommandInput {
  readonly args: ParsedArguments;
  readonly io: Io;
  readonly style: Style;
}

export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** Of an option that was given more than once, the last. */
  readonly values: ReadonlyMap<string, string>;
  /** All values of each option, in order. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
}

/** Options that every command has. */
export const commonOptions = {
  help: { type: "flag", short: "h", about: "Show this help." },
  plain: { type: "flag", about: "No colours and no drawings: lines that scripts can rely on." },
  "no-color": { type: "flag", about: "No colours. NO_COLOR=1 in the environment does the same." },
} satisfies OptionTable;
