import { catalogue } from "@breakwater/scenario";
import type { Command } from "../arguments/command.ts";
import { noMorePositionals } from "../arguments/parse.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { plainTable, table } from "../terminal/table.ts";

export const listCommand: Command = {
  name: "list",
  summary: "the scenarios that come with Breakwater",
  usage: "breakwater list [--json]",
  examples: [
    { line: "breakwater list", about: "one line each" },
    { line: "breakwater list --json", about: "for scripts" },
  ],
  options: { json: { type: "flag", about: "As JSON." }, ...outputOptions },
  run: async (input) => {
    const { args, style } = input;
    noMorePositionals(args, 0);
    const entries = catalogue.map(({ name, title, about, tags }) => ({ name, title, about, tags }));
    if (args.flags.has("json")) {
      emit(input, `${JSON.stringify(entries, null, 2)}\n`);
      return EXIT.met;
    }
    const rows = entries.map(({ name, title }) => [style.bold(name), title]);
    const columns = [{ title: "" }, { title: "" }];
    const lines = style.plain ? plainTable(columns, rows).slice(1) : table(columns, rows);
    const hint = style.plain
      ? ""
      : `\nNext: ${style.accent(`breakwater run ${entries[0]?.name}`)}\n`;
    emit(input, `${lines.join("\n")}\n${hint}`);
    return EXIT.met;
  },
};
