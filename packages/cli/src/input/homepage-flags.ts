import {
  type CatalogueEntry,
  type HomepageFault,
  type HomepageOptions,
  type HomepagePace,
  homepage,
  type Scenario,
} from "@breakwater/scenario";
import { Document, visit } from "yaml";
import type { OptionTable, ParsedArguments } from "../arguments/command.ts";
import { numberOption } from "../arguments/parse.ts";
import { UserError } from "../errors.ts";
import { changed, type LoadedScenario } from "./load-scenario.ts";

/** The switches of the outage demonstration that the homepage scenarios come from. */
export const homepageOptions = {
  timeout: {
    type: "value",
    value: "SECONDS",
    about: "Homepage: how long one attempt may take; 60 unless given.",
  },
  "circuit-breakers": { type: "flag", about: "Homepage: a circuit breaker on each call." },
  retries: { type: "flag", about: "Homepage: three more attempts of the calls that only read." },
  pace: {
    type: "value",
    value: "fast|calibrated",
    about: "Homepage: a page takes 30 ms (fast) or 1 s (calibrated).",
  },
} satisfies OptionTable;

export interface WithPolicies {
  readonly load: LoadedScenario;
  /** The policies that the flags made, as YAML; undefined without flags. */
  readonly policies: string | undefined;
}

/** Makes a homepage scenario anew with the policies that the flags ask for. Refuses the flags for any other scenario. */
export function applyHomepageFlags(args: ParsedArguments, load: LoadedScenario): WithPolicies {
  const given = Object.keys(homepageOptions).filter(
    (name) => args.flags.has(name) || args.values.has(name),
  );
  if (given.length === 0) return { load, policies: undefined };
  const { entry } = load;
  if (!entry?.tags.includes("homepage")) {
    const flags = given.map((name) => `--${name}`).join(", ");
    const only = given.length === 1 ? "is" : "are";
    throw new UserError(
      `${flags} ${only} for the homepage scenarios only; ${load.reference} has its policies in the scenario itself`,
    );
  }
  const scenario = homepage(homepageSettings(args, entry));
  return { load: changed({ ...load, document: scenario }, {}), policies: policiesText(scenario) };
}

/** The policies as YAML, one part to a line. */
function policiesText({ policies }: Scenario): string {
  const document = new Document({ policies }, { aliasDuplicateObjects: false });
  visit(document, {
    Map(_key, map, path) {
      // Below the document, "policies" and the name of a policy: its parts, one to a line.
      if (path.length === 7) map.flow = true;
    },
  });
  return document.toString({ lineWidth: 110 });
}

function homepageSettings(args: ParsedArguments, entry: CatalogueEntry): HomepageOptions {
  const bounds = { min: 0, above: true, max: 3600, unit: "seconds" };
  const timeout = numberOption(args, "timeout", bounds);
  return {
    pace: paceOption(args) ?? (entry.tags.includes("fast") ? "fast" : "calibrated"),
    fault: faultOf(entry),
    ...(timeout === undefined ? {} : { timeout }),
    retries: args.flags.has("retries"),
    circuitBreakers: args.flags.has("circuit-breakers"),
  };
}

function paceOption(args: ParsedArguments): HomepagePace | undefined {
  const pace = args.values.get("pace");
  if (pace === undefined || pace === "fast" || pace === "calibrated") return pace;
  throw new UserError(`--pace ${pace}: needs fast or calibrated`);
}

function faultOf(entry: CatalogueEntry): HomepageFault {
  const kind = entry.scenario.faults?.[0]?.kind;
  if (kind === undefined) return "none";
  return kind === "refused" ? "refused" : "slow";
}
