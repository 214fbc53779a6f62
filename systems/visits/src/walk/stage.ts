import type { Action } from "./steps.ts";

export type Values = Readonly<Record<string, string>>;

/**
 * Where the walk is played: one command per action, as words with {names} in them. The runner fills the names in from
 * what it has learned (not those after a %, which are curl's), and knows two itself: {log}, a file that holds what `up` has written, and {pid}, the process of
 * `up` where it stays.
 */
export interface Stage {
  readonly name: string;
  /** The folder that the commands are run in. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly commands: Readonly<Record<Action, readonly string[]>>;
  /** What an action's output must have here. */
  readonly shows: Readonly<Partial<Record<Action, RegExp>>>;
  /** Values that an action's output tells; undefined while it does not tell them yet. */
  readonly learns: Readonly<Partial<Record<Action, (output: string) => Values | undefined>>>;
  /** Commands that stay; the others end by themselves. */
  readonly stay: ReadonlySet<Action>;
  /** Commands that are given again until they show what they must, as one does while something starts. */
  readonly repeats?: ReadonlySet<Action>;
}

/** @throws Error that names a value that is not known yet */
export function filled(words: readonly string[], values: Values): string[] {
  return words.map((word) =>
    word.replace(/(?<!%)\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`the walk has not learned {${name}} yet`);
      return value;
    }),
  );
}

/** As one would type it: words in quotes where a shell would take them apart. */
export function typed(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}
