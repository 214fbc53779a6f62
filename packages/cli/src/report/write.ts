import { pathToFileURL } from "node:url";
import type { CommandInput } from "../arguments/command.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { pageData, type ReportRun } from "./model.ts";
import { renderPage } from "./page.ts";

export function reportPage(title: string, about: string, runs: readonly ReportRun[]): string {
  return renderPage(pageData(title, about, runs));
}

/** Writes the page where --report says, if it does, and says on stderr where it can be opened. */
export function writeReport(
  input: CommandInput,
  path: string | undefined,
  page: () => string,
): string | undefined {
  if (path === undefined) return undefined;
  const target = writeFileWhole(path, page(), input.io.cwd);
  return pathToFileURL(target).href;
}
