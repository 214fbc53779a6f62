import { InvalidOptionsError, type PolicyOptions, policy } from "breakwater";
import type { StatsdAddress } from "./statsd.ts";

/** How one service of the system runs. */
export interface ServiceOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** 0, unless given, takes any free one. */
  readonly port?: number;
  /** Synchronous workers, each of which handles one request at a time; 0, unless given, for no such limit. */
  readonly workers?: number;
  /** A worker whose caller has left goes on to the end, as the demonstration's do, or stops. */
  readonly abandonedWork?: "continues" | "stops";
  /** Whose breakers: one for all workers, or one for each. */
  readonly breakerScope?: "instance" | "worker";
  /** How long its own work takes, in milliseconds; 0 unless given. */
  readonly serviceTimeMs?: number;
  /** The settings service that it follows, if any. */
  readonly settingsUrl?: string | undefined;
  /** The first policies, by dependency. They hold until somebody changes the settings. */
  readonly policies?: Readonly<Record<string, PolicyOptions>> | undefined;
  /** A file to which the facts of its policies are written. */
  readonly record?: string | undefined;
  /** A statsd server that is sent figures. */
  readonly statsd?: StatsdAddress | undefined;
  /** Takes the lines of the access log; standard output unless given, nothing with false. */
  readonly accessLog?: false | ((lines: string) => void);
}

/** A setting of the environment that cannot be. */
export class EnvironmentError extends Error {
  constructor(name: string, value: string, allowed: string) {
    const shown = JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
    super(`${name} is ${shown}, and has to be ${allowed}`);
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

function numberOf(env: Environment, name: string, otherwise: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= max) return value;
  throw new EnvironmentError(name, text, `a number from 0 to ${max}`);
}

function wholeOf(env: Environment, name: string, otherwise: number, max: number): number {
  const value = numberOf(env, name, otherwise, max);
  if (Number.isInteger(value)) return value;
  throw new EnvironmentError(name, String(value), `a whole number from 0 to ${max}`);
}

function choiceOf<T extends string>(env: Environment, name: string, first: T, other: T): T {
  const text = env[name];
  if (text === undefined || text === "") return first;
  const found = [first, other].find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new EnvironmentError(name, text, `${first} or ${other}`);
}

/** The address of another service. */
export function urlOf(env: Environment, name: string, otherwise: string): string {
  const text = env[name] || otherwise;
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new EnvironmentError(name, text, "the address of a service, such as http://127.0.0.1:8000");
}

/** A port to listen on; 0 for any free one. */
export function portOf(env: Environment, name: string, otherwise: number): number {
  return wholeOf(env, name, otherwise, 65_535);
}

/** Reads what all services have in common. @throws EnvironmentError */
export function readOptions(env: Environment, port: number): ServiceOptions {
  const { HOST, SETTINGS_URL, STATSD_HOST, BREAKWATER_RECORD } = env;
  const workers = wholeOf(env, "WORKERS", 0, 10_000);
  const [first, other] =
    workers > 0 ? (["continues", "stops"] as const) : (["stops", "continues"] as const);
  return {
    host: HOST || "127.0.0.1",
    port: portOf(env, "PORT", port),
    workers,
    abandonedWork: choiceOf(env, "ABANDONED_WORK", first, other),
    breakerScope: choiceOf(env, "BREAKER_SCOPE", "instance", "worker"),
    serviceTimeMs: numberOf(env, "SERVICE_TIME_MS", 0, 600_000),
    settingsUrl: SETTINGS_URL ? urlOf(env, "SETTINGS_URL", "") : undefined,
    policies: policiesOf(env),
    record: BREAKWATER_RECORD || undefined,
    statsd: STATSD_HOST
      ? { host: STATSD_HOST, port: wholeOf(env, "STATSD_PORT", 8125, 65_535) }
      : undefined,
  };
}

function policiesOf(env: Environment): ServiceOptions["policies"] {
  const name = "BREAKWATER_POLICIES";
  const text = env[name];
  if (text === undefined || text === "") return undefined;
  const allowed = "a JSON object: the policy of each dependency by its name";
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new EnvironmentError(name, text, allowed);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new EnvironmentError(name, text, allowed);
  }
  for (const [edge, options] of Object.entries(value)) checkEdge(`${name}.${edge}`, options);
  return value as ServiceOptions["policies"];
}

function checkEdge(path: string, options: unknown): void {
  try {
    policy(options as PolicyOptions);
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    const problems = error.problems.map((each) => ({ ...each, path: `${path}.${each.path}` }));
    throw new InvalidOptionsError(problems);
  }
}
