import { extname } from "node:path";
import type { FittedTime } from "@breakwater/live";
import { problemText } from "@breakwater/policy";
import { parseScenario } from "@breakwater/scenario";
import { parseDocument } from "yaml";
import { UserError } from "../errors.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { readTextFile, SCENARIO_BYTES } from "./read-file.ts";

/**
 * Writes measured service times into a scenario file: only those values change, comments and order stay. What would
 * be written is checked first, and the file is replaced whole or not at all.
 */
export function writeTimes(path: string, times: readonly FittedTime[], cwd: string): void {
  const json = extname(path).toLowerCase() === ".json";
  const before = readTextFile(path, cwd, SCENARIO_BYTES);
  const after = json ? changedJson(before, times) : changedYaml(before, times);
  const parsed = parseScenario(after, json ? "json" : "yaml");
  if (!parsed.ok) {
    const problems = parsed.problems.map((problem) => `${path}: ${problemText(problem)}`);
    throw new UserError([
      `${path} was left as it is: what would be written is no scenario`,
      ...problems,
    ]);
  }
  writeFileWhole(path, after, cwd);
}

function changedYaml(text: string, times: readonly FittedTime[]): string {
  const document = parseDocument(text);
  for (const { path, work } of times) {
    const node = document.createNode(work, { flow: true });
    document.setIn(path, node);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function changedJson(text: string, times: readonly FittedTime[]): string {
  const value = JSON.parse(text) as Record<string | number, unknown>;
  for (const { path, work } of times) {
    let place = value;
    for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
    place[path.at(-1) as string] = work;
  }
  return `${JSON.stringify(value, null, 2)}\n`;
}
