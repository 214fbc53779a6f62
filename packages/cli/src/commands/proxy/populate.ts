import type { Command } from "../../arguments/command.ts";
import { UserError } from "../../errors.ts";
import { EXIT } from "../../io.ts";
import { apiOptions, ask, readJsonFile, type ShownProxy } from "./api.ts";

export const populateVerb: Command = {
  name: "proxy populate",
  summary: "creates the proxies of a file, and their toxics",
  usage: "breakwater proxy populate FILE",
  examples: [{ line: "breakwater proxy populate proxies.json", about: "the format of --config" }],
  options: apiOptions,
  run: async (input) => {
    const [file, extra] = input.args.positionals;
    if (file === undefined || extra !== undefined) {
      throw new UserError("name one file: breakwater proxy populate FILE");
    }
    const body = readJsonFile(file, input.io.cwd);
    type Shown = { readonly proxies: readonly ShownProxy[] };
    const { proxies } = await ask<Shown>(input, "Failed to populate", "POST", "/populate", body);
    for (const { name, listen, upstream } of proxies) {
      input.io.out(`${name}\t${listen}\t${upstream}\n`);
    }
    return EXIT.met;
  },
};
