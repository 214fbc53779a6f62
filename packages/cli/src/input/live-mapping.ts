import { dirname, extname, resolve } from "node:path";
import type { Scenario } from "@breakwater/scenario";
import { parse } from "yaml";
import { UserError } from "../errors.ts";
import { changed, isFileReference, type LoadedScenario } from "./load-scenario.ts";
import { readTextFile, SCENARIO_BYTES } from "./read-file.ts";

/** A scenario, and the folder in which the commands of its services run. */
export interface MappedScenario {
  readonly load: LoadedScenario;
  readonly folder: string;
}

interface Mapping {
  readonly services?: Readonly<Record<string, MappedService>>;
}

interface MappedService {
  readonly live?: unknown;
  readonly endpoints?: Readonly<Record<string, { readonly live?: unknown }>>;
}

/**
 * Puts the real services that a mapping names into the places of a scenario: a file with `services`, and in each the
 * `live` parts of the scenario language, nothing else. Commands run in folders relative to it.
 */
export function withMapping(
  load: LoadedScenario,
  path: string | undefined,
  cwd: string,
): MappedScenario {
  if (path === undefined) {
    const file = isFileReference(load.reference);
    return { load, folder: file ? dirname(resolve(cwd, load.reference)) : cwd };
  }
  const { services = {} } = readMapping(path, cwd);
  const merged: Record<string, unknown> = { ...load.document.services };
  for (const [name, mapped] of Object.entries(services)) {
    const service = load.document.services[name];
    if (service === undefined) {
      throw new UserError(`${path}: services.${name}: ${load.reference} has no such service`);
    }
    merged[name] = mergeService(service, mapped);
  }
  const whole = changed(load, { services: merged as Scenario["services"] });
  return { load: whole, folder: dirname(resolve(cwd, path)) };
}

function readMapping(path: string, cwd: string): Mapping {
  const text = readTextFile(path, cwd, SCENARIO_BYTES);
  let value: unknown;
  try {
    value = extname(path) === ".json" ? JSON.parse(text) : parse(text, { maxAliasCount: 0 });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : "";
    throw new UserError(`${path}: ${reason}`);
  }
  const services = (value as Mapping | null)?.services;
  if (typeof services !== "object" || services === null) {
    throw new UserError(`${path}: needs services, by name, each with its live part`);
  }
  return value as Mapping;
}

function mergeService(
  service: Scenario["services"][string],
  { live, endpoints = {} }: MappedService,
): unknown {
  const own: Record<string, unknown> = { ...service.endpoints };
  for (const [name, endpoint] of Object.entries(endpoints)) {
    own[name] = { ...(own[name] as object | undefined), live: endpoint.live };
  }
  return { ...service, ...(live === undefined ? {} : { live }), endpoints: own };
}
