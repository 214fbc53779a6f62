import { pathToFileURL } from "node:url";
import type { CommandInput } from "../arguments/command.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { pageData, type Report } from "./model.ts";
import { renderPage } from "./page.ts";

/** A report of one run or many, as one HTML page. */
export function reportPage(report: Report): string {
  return renderPage(pageData(report));
}

/** Writes the page to `path`, if there is one. Returns the address that opens it. */
export function writeReport(
  input: CommandInput,
  path: string | undefined,
  page: () => string,
): string | undefined {
  if (path === undefined) return undefined;
  const target = writeFileWhole(path, page(), input.io.cwd);
  return pathToFileURL(target).href;
}
