import type { HomepagePace } from "@breakwater/scenario";
import { ladderTable } from "./ladder-table.ts";
import { fillParts } from "./marked.ts";
import { optionTable } from "./option-names.ts";
import { optionsTable } from "./options-table.ts";
import { toxicsTable } from "./toxics-table.ts";

/** A page with every table that is made quickly: options, the proxy's toxics, and the ladder of the homepage. */
export function filled(page: string): string {
  const withOptions = fillParts(page, "options", (name) => optionsTable(optionTable(name)));
  const withToxics = fillParts(withOptions, "toxics", toxicsTable);
  return fillParts(withToxics, "ladder", (pace) => ladderTable(pace as HomepagePace));
}
