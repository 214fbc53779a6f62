import { type RunResult, readRun } from "@breakwater/metrics";
import { UserError } from "../errors.ts";
import { withoutControlCharacters } from "./printable.ts";
import { RESULT_BYTES, readTextFile } from "./read-file.ts";

/** The result in a JSON file; undefined when the file holds something else (a scenario, perhaps). */
export function loadResult(path: string, cwd: string): RunResult | undefined {
  const value = parse(readTextFile(path, cwd, RESULT_BYTES));
  if (!claimsToBeResult(value)) return undefined;
  const read = readRun(value);
  if (!read.ok) throw new UserError(`${path}: ${read.problem}`);
  return read.result;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text, withoutControlCharacters);
  } catch {
    // Whoever reads it as a scenario next says what is wrong with the text, and where.
    return undefined;
  }
}

function claimsToBeResult(value: unknown): boolean {
  const format = (value as { format?: unknown } | null | undefined)?.format;
  return typeof format === "string" && format.startsWith("breakwater-");
}
