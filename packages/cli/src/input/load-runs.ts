import { extname } from "node:path";
import type { RunResult } from "@breakwater/metrics";
import {
  catalogue,
  checkScenario,
  homepageLadder,
  type ResolvedScenario,
  type Scenario,
} from "@breakwater/scenario";
import type { Io } from "../io.ts";
import { simulate } from "../simulate.ts";
import { loadResult } from "./load-result.ts";
import { isFileReference, loadScenario } from "./load-scenario.ts";

/** A run to compare: simulated now, or read from a file. */
export interface NamedRun {
  readonly label: string;
  readonly result: RunResult;
}

/** A scenario to run, and what to call it. */
export interface NamedScenario {
  readonly label: string;
  readonly scenario: ResolvedScenario;
}

/** The runs that one word of the command line stands for: a result, a scenario, or a whole collection of them. */
export async function loadRuns(reference: string, io: Io): Promise<NamedRun[]> {
  if (extname(reference).toLowerCase() === ".json") {
    const result = loadResult(reference, io.cwd);
    if (result) return [{ label: reference, result }];
  }
  const scenarios = await loadScenarios(reference, io);
  return scenarios.map(({ label, scenario }) => ({ label, result: simulate(scenario, io).result }));
}

/** The scenarios that one word of the command line stands for. */
export async function loadScenarios(reference: string, io: Io): Promise<NamedScenario[]> {
  const collection = isFileReference(reference) ? [] : collectionOf(reference);
  if (collection.length > 0) {
    return collection.map(({ label, scenario }) => ({ label, scenario: resolved(scenario) }));
  }
  const { scenario } = await loadScenario(reference, io.cwd);
  return [{ label: reference, scenario }];
}

/** Scenarios under one name: the runs of a ladder, or all of the catalogue below "NAME/". */
function collectionOf(reference: string): { label: string; scenario: Scenario }[] {
  for (const pace of ["calibrated", "fast"] as const) {
    const name = pace === "fast" ? "homepage/ladder-fast" : "homepage/ladder";
    if (reference === name) {
      return homepageLadder(pace).map((rung) => ({ label: rung.name, scenario: rung.scenario }));
    }
  }
  return catalogue
    .filter(({ name }) => name.startsWith(`${reference}/`))
    .map(({ name, scenario }) => ({ label: name, scenario }));
}

function resolved(document: Scenario): ResolvedScenario {
  const checked = checkScenario(document);
  if (!checked.ok) throw new Error(`a scenario of the catalogue is broken: ${document.name}`);
  return checked.scenario;
}
