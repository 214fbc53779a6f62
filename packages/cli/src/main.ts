import { nearest } from "@breakwater/policy";
import type { Command } from "./arguments/command.ts";
import { parseArguments } from "./arguments/parse.ts";
import { compareCommand } from "./commands/compare.ts";
import { explainCommand } from "./commands/explain.ts";
import { initCommand } from "./commands/init.ts";
import { ladderCommand } from "./commands/ladder.ts";
import { listCommand } from "./commands/list.ts";
import { liveCommand } from "./commands/live.ts";
import { proxyCommand } from "./commands/proxy.ts";
import { runCommand } from "./commands/run.ts";
import { schemaCommand } from "./commands/schema.ts";
import { sweepCommand } from "./commands/sweep.ts";
import { usageCommand } from "./commands/usage.ts";
import { validateCommand } from "./commands/validate.ts";
import { UserError } from "./errors.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { EXIT, type Io } from "./io.ts";
import { makeStyle, type Style } from "./terminal/style.ts";
import { version } from "./version.ts";

const COMMANDS: readonly Command[] = [
  runCommand,
  liveCommand,
  compareCommand,
  sweepCommand,
  explainCommand,
  ladderCommand,
  listCommand,
  initCommand,
  usageCommand,
  proxyCommand,
  schemaCommand,
  validateCommand,
];

/** Runs the command that `argv` (the words after "breakwater") asks for. Resolves to the exit code; never throws. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const style = makeStyle(io, new Set(argv.includes("--no-color") ? ["no-color"] : []));
  try {
    return await dispatch(argv, io, style);
  } catch (error) {
    if (error instanceof UserError) {
      for (const problem of error.problems) io.err(`${style.bad("error:")} ${problem}\n`);
      return error.exitCode;
    }
    io.err(bugReport(error, io));
    return EXIT.internal;
  }
}

async function dispatch(argv: readonly string[], io: Io, style: Style): Promise<number> {
  const [first, ...rest] = argv;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const [name, ...more] = first === "help" ? rest.filter((word) => !word.startsWith("-")) : [];
    io.out(
      name === undefined ? generalHelp(COMMANDS, style) : commandHelp(find(name, more), style),
    );
    return EXIT.met;
  }
  if (first === "--version" || first === "-V") {
    io.out(`${version()}\n`);
    return EXIT.met;
  }
  if (first.startsWith("-")) {
    throw new UserError(`${first} must stand after a command: breakwater run SCENARIO ${first}`);
  }
  const command = find(first, rest);
  if (rest.includes("--help") || rest.includes("-h")) {
    io.out(commandHelp(command, style));
    return EXIT.met;
  }
  const args = parseArguments(command, rest.slice(command.name.split(" ").length - 1));
  return command.run({ args, io, style: makeStyle(io, args.flags) });
}

/** The command of this name; or, with the words after it, the verb of it that they begin with. */
function find(name: string, words: readonly string[]): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  const line = `${[name, ...words].join(" ")} `;
  const verb = command?.verbs?.find((candidate) => line.startsWith(`${candidate.name} `));
  if (command) return verb ?? command;
  const names = COMMANDS.map((candidate) => candidate.name);
  const close = nearest(name, names);
  throw new UserError(
    close
      ? `there is no command ${name}; did you mean ${close}?`
      : `there is no command ${name}; there are ${names.join(", ")}. See: breakwater help`,
  );
}

function bugReport(error: unknown, io: Io): string {
  const message = error instanceof Error ? error.message : String(error);
  const detail = error instanceof Error ? (error.stack ?? message) : message;
  return [
    `error: ${message}`,
    "This is a bug in Breakwater, not in your scenario.",
    io.env.BREAKWATER_DEBUG
      ? detail
      : "Set BREAKWATER_DEBUG=1 to see the details, and please report them to the project: see CONTRIBUTING.md.",
    "",
  ].join("\n");
}
