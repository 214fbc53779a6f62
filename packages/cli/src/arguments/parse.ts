import { parseArgs } from "node:util";
import { nearest } from "@breakwater/policy";
import { UserError } from "../errors.ts";
import {
  type Command,
  commonOptions,
  type OptionSpec,
  type OptionTable,
  type ParsedArguments,
} from "./command.ts";

/**
 * Splits the words after the command's name into options and the rest. parseArgs does the splitting; unknown
 * options and missing values are judged here, so that each gets a message of its own and all are told at once.
 */
export function parseArguments(command: Command, argv: readonly string[]): ParsedArguments {
  const table: OptionTable = { ...commonOptions, ...command.options };
  const { tokens } = parseArgs({
    args: [...argv],
    options: nodeOptions(table),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const repeated = new Map<string, string[]>();
  const positionals: string[] = [];
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const spec = table[token.name];
    const problem = spec
      ? valueProblem(token.rawName, spec, token.value)
      : unknownOption(command, token.rawName, table);
    if (problem) problems.push(problem);
    else if (spec?.type === "flag") flags.add(token.name);
    else if (token.value !== undefined) {
      values.set(token.name, token.value);
      repeated.set(token.name, [...(repeated.get(token.name) ?? []), token.value]);
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return { positionals, flags, values, repeated };
}

function nodeOptions(table: OptionTable) {
  return Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [
      name,
      {
        type: spec.type === "flag" ? ("boolean" as const) : ("string" as const),
        ...(spec.short ? { short: spec.short } : {}),
      },
    ]),
  );
}

function valueProblem(
  rawName: string,
  spec: OptionSpec,
  value: string | undefined,
): string | undefined {
  if (spec.type === "flag") {
    return value === undefined ? undefined : `${rawName} takes no value: leave out "=${value}"`;
  }
  if (value === undefined || value === "" || /^--?[a-z]/i.test(value)) {
    return `${rawName} needs a value: ${rawName} ${spec.value ?? "VALUE"}`;
  }
  return undefined;
}

function unknownOption(command: Command, rawName: string, table: OptionTable): string {
  const close = nearest(rawName.replace(/^-+/, ""), Object.keys(table));
  const hint = close ? `did you mean --${close}?` : `see: breakwater help ${command.name}`;
  return `${command.name} has no option ${rawName}; ${hint}`;
}

/** The value of an option as a number within bounds; undefined when the option was not given. */
export function numberOption(
  args: ParsedArguments,
  name: string,
  bounds: { min: number; max: number; integer?: boolean; above?: boolean; unit: string },
): number | undefined {
  const text = args.values.get(name);
  if (text === undefined) return undefined;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  const tooLow = bounds.above ? value <= bounds.min : value < bounds.min;
  const broken = bounds.integer && !Number.isInteger(value);
  if (Number.isNaN(value) || tooLow || value > bounds.max || broken) {
    const from = bounds.above ? `above ${bounds.min}` : `from ${bounds.min}`;
    const kind = bounds.integer ? "a whole number" : "a number";
    throw new UserError(`--${name} ${text}: needs ${kind} ${from} to ${bounds.max} ${bounds.unit}`);
  }
  return value;
}

/** Refuses more words than a command takes. */
export function noMorePositionals(args: ParsedArguments, most: number): void {
  const extra = args.positionals[most];
  if (extra !== undefined) throw new UserError(`${extra} is one word too many; see --help`);
}
