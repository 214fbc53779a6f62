import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { problemText } from "@breakwater/policy";
import {
  type CatalogueEntry,
  checkScenario,
  findScenario,
  type ParseOutcome,
  parseScenario,
  type ResolvedScenario,
  type Scenario,
} from "@breakwater/scenario";
import { UserError } from "../errors.ts";
import { withoutControlCharacters } from "./printable.ts";
import { readTextFile, SCENARIO_BYTES } from "./read-file.ts";
import { withTraceFiles } from "./trace-files.ts";

/** A scenario that is ready to run, and where it came from. */
export interface LoadedScenario {
  /** As the user named it. */
  readonly reference: string;
  readonly scenario: ResolvedScenario;
  readonly document: Scenario;
  /** undefined for a file. */
  readonly entry: CatalogueEntry | undefined;
}

const TEXT_FORMATS: Readonly<Record<string, "yaml" | "json">> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".json": "json",
};
const MODULES: ReadonlySet<string> = new Set([".ts", ".mts", ".js", ".mjs"]);

export function isFileReference(reference: string): boolean {
  const extension = extname(reference).toLowerCase();
  return extension in TEXT_FORMATS || MODULES.has(extension);
}

/** Finds a scenario by file name or by its name in the catalogue. Throws a UserError with every problem found. */
export async function loadScenario(reference: string, cwd: string): Promise<LoadedScenario> {
  const extension = extname(reference).toLowerCase();
  if (MODULES.has(extension)) {
    return loaded(reference, checkScenario(await importScenario(reference, cwd)));
  }
  const format = TEXT_FORMATS[extension];
  if (format) {
    const text = readTextFile(reference, cwd, SCENARIO_BYTES);
    const prepare = (value: unknown) => withTraceFiles(value, reference, cwd);
    return loaded(reference, parseScenario(text, format, prepare));
  }
  const found = findScenario(reference);
  if (!found.ok) throw unknownScenario(reference, found.nearest, cwd);
  return loaded(reference, checkScenario(found.entry.scenario), found.entry);
}

function loaded(reference: string, parsed: ParseOutcome, entry?: CatalogueEntry): LoadedScenario {
  const outcome = parsed.ok ? checkScenario(printable(parsed.document)) : parsed;
  if (outcome.ok) {
    return { reference, scenario: outcome.scenario, document: outcome.document, entry };
  }
  throw new UserError(outcome.problems.map((problem) => `${reference}: ${problemText(problem)}`));
}

function printable(document: Scenario): unknown {
  return JSON.parse(JSON.stringify(document), withoutControlCharacters);
}

/** The same scenario with some of its top-level settings changed; checked again as a whole. */
export function changed(load: LoadedScenario, changes: Partial<Scenario>): LoadedScenario {
  return loaded(load.reference, checkScenario({ ...load.document, ...changes }), load.entry);
}

async function importScenario(reference: string, cwd: string): Promise<unknown> {
  const path = resolve(cwd, reference);
  if (!existsSync(path)) {
    throw new UserError(`cannot read ${reference}: there is no such file or folder`);
  }
  let module: { scenario?: unknown };
  try {
    module = (await import(pathToFileURL(path).href)) as { scenario?: unknown };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new UserError(`${reference} cannot be loaded as a module: ${reason}`);
  }
  if (module.scenario === undefined) {
    throw new UserError(`${reference} exports no scenario: export const scenario = { ... }`);
  }
  return module.scenario;
}

function unknownScenario(reference: string, near: readonly string[], cwd: string): UserError {
  if (existsSync(resolve(cwd, reference))) {
    return new UserError(
      `${reference} is not a scenario: the name of a scenario file ends in .yaml, .yml, .json, .ts or .js`,
    );
  }
  const offers = near.slice(0, 3).join(" or ");
  const hint = offers === "" ? "see: breakwater list" : `did you mean ${offers}?`;
  return new UserError(`there is no scenario ${reference}; ${hint}`);
}
