import { starterScenario } from "@breakwater/scenario";
import type { Command } from "../arguments/command.ts";
import { noMorePositionals } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import { EXIT } from "../io.ts";
import { createFileWhole, FileExistsError, writeFileWhole } from "../output/write-file.ts";

const DEFAULT_FILE = "outage.yaml";

export const initCommand: Command = {
  name: "init",
  summary: "write a scenario to begin with",
  usage: "breakwater init [FILE] [--force]",
  examples: [
    { line: "breakwater init", about: `writes ${DEFAULT_FILE}` },
    { line: "breakwater init checkout.yaml", about: "under a name of yours" },
  ],
  options: {
    force: { type: "flag", about: "Replace the file if it is there." },
  },
  run: async ({ args, io, style }) => {
    noMorePositionals(args, 1);
    const file = args.positionals[0] ?? DEFAULT_FILE;
    if (!/\.ya?ml$/i.test(file)) {
      throw new UserError(`${file}: the name must end in .yaml or .yml, since it will hold YAML`);
    }
    if (args.flags.has("force")) writeFileWhole(file, starterScenario(), io.cwd);
    else create(file, io.cwd);
    io.out(`wrote ${file}\n`);
    io.out(`Next: ${style.accent(`breakwater run ${quoted(file)}`)}\n`);
    return EXIT.met;
  },
};

function create(file: string, cwd: string): void {
  try {
    createFileWhole(file, starterScenario(), cwd);
  } catch (error) {
    if (!(error instanceof FileExistsError)) throw error;
    throw new UserError(
      `${file} is already there and was left as it is; --force replaces it, or give another name`,
    );
  }
}

/** A file name as a shell takes it. */
function quoted(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`;
}
