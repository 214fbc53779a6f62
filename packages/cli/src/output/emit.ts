import type { CommandInput, OptionTable } from "../arguments/command.ts";
import { writeFileWhole } from "./write-file.ts";

export const outputOptions = {
  output: {
    type: "value",
    short: "o",
    value: "FILE",
    about: "Write the result to a file instead of standard output.",
  },
} satisfies OptionTable;

/** The result of a command: to standard output, or to the file that -o names. */
export function emit({ args, io }: CommandInput, text: string): void {
  const path = args.values.get("output");
  if (path === undefined) {
    io.out(text);
    return;
  }
  writeFileWhole(path, text, io.cwd);
  io.err(`wrote ${path}\n`);
}
