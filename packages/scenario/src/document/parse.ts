import type { Problem } from "@breakwater/policy";
import { checkScenario, type ParseOutcome } from "./check.ts";
import { readYaml } from "./yaml.ts";

/** Longer texts are refused unread, in characters. */
const LONGEST = 1024 * 1024;

type Prepare = (value: unknown) => unknown;

function refused(problem: Problem): ParseOutcome {
  return { ok: false, problems: [problem] };
}

/** JSON's own messages name the place by line and column, by position, or not at all, depending on the engine. */
function jsonPlace(message: string, text: string): string {
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named) return `line ${named[1]}, column ${named[2]}`;
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) return "";
  const before = text.slice(0, Number(position)).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}

function parseJson(text: string, prepare: Prepare): ParseOutcome {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    return refused({
      path: jsonPlace(message, text),
      value: undefined,
      message: "the text is not valid JSON",
      allowed: "JSON",
      fix: "correct the text at this place; a missing or extra comma, quote or bracket is usual",
    });
  }
  return checkScenario(prepare(value));
}

/**
 * Reads a scenario from text. YAML is 1.2 with the core schema: unique keys, no custom tags, few aliases. A text of
 * more than 1 MiB is refused unread. Syntax errors come as one problem whose path is the line and the column. Never
 * throws, unless `prepare` does.
 * @param prepare fills in what stands elsewhere, such as the files of traces; gets whatever the text holds
 */
export function parseScenario(
  text: string,
  format: "yaml" | "json",
  prepare: Prepare = (value) => value,
): ParseOutcome {
  if (text.length > LONGEST) {
    return refused({
      path: "",
      value: undefined,
      message: `the text is too long: ${text.length} characters`,
      allowed: "at most 1 MiB of text",
      fix: "leave out what does not matter for the question",
    });
  }
  if (format === "json") return parseJson(text, prepare);
  const read = readYaml(text);
  return read.ok ? checkScenario(prepare(read.value)) : refused(read.problem);
}
