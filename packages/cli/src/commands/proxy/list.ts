import type { Command } from "../../arguments/command.ts";
import { noMorePositionals } from "../../arguments/parse.ts";
import { EXIT } from "../../io.ts";
import { emit, outputOptions } from "../../output/emit.ts";
import { table } from "../../terminal/table.ts";
import { apiOptions, ask, type ShownProxy } from "./api.ts";

const TITLES = ["Name", "Listen", "Upstream", "Enabled", "Toxics"].map((title) => ({ title }));

export const listVerb: Command = {
  name: "proxy list",
  summary: "all proxies",
  usage: "breakwater proxy list [--json]",
  examples: [{ line: "breakwater proxy list", about: "one line each; tabs in a pipe" }],
  options: { json: { type: "flag", about: "As JSON." }, ...apiOptions, ...outputOptions },
  run: async (input) => {
    noMorePositionals(input.args, 0);
    type Shown = Record<string, ShownProxy>;
    const proxies = await ask<Shown>(input, "Failed to retrieve proxies", "GET", "/proxies");
    if (input.args.flags.has("json")) {
      emit(input, `${JSON.stringify(proxies, null, 2)}\n`);
      return EXIT.met;
    }
    const rows = Object.values(proxies)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ name, listen, upstream, enabled, toxics }) => [
        name,
        listen,
        upstream,
        enabled ? "enabled" : "disabled",
        String(toxics.length),
      ]);
    const forPeople = input.io.isTerminal && !input.style.plain;
    const lines = forPeople ? table(TITLES, rows) : rows.map((row) => row.join("\t"));
    emit(input, lines.map((line) => `${line}\n`).join(""));
    return EXIT.met;
  },
};
