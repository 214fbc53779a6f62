import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { parseEnv } from "node:util";
import { InvalidOptionsError, type Policy, policy } from "breakwater";

/** The dependency: the name of its policy, and of the call in a scenario. */
const REDIS = "redis";

/**
 * As in the demonstration that the page comes from: an answer must come within 2 s, one failure is enough, and the
 * store is tried again after 5 s.
 */
const DEFAULT_POLICY = {
  timeout: "2s",
  circuitBreaker: { window: { kind: "consecutive", failures: 1 }, openFor: "5s" },
} as const;

const LONGEST_NAME = 80;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface VisitsSettings {
  /** Whom the page greets. */
  readonly name: string;
  /** The machine or container that answers; shown on the page. */
  readonly hostName: string;
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly redisUrl: string;
  readonly policy: Policy;
}

/** A setting that cannot be used: says which, what it is, what is allowed, and what to do. */
export class SettingError extends Error {}

/** Variables of a .env file; none when it is not there. */
export function readEnvFile(path: string | URL): Environment {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw problem;
  }
}

/**
 * The environment as settings; what is not in it is taken from the .env file.
 * @throws SettingError
 */
export function readSettings(env: Environment, envFile: Environment = {}): VisitsSettings {
  return {
    name: nameOf(env.NAME ?? envFile.NAME ?? "visitor"),
    hostName: hostname(),
    host: env.HOST ?? "127.0.0.1",
    port: portOf(env.PORT ?? "0"),
    redisUrl: redisUrlOf(env.REDIS_URL ?? "redis://127.0.0.1:6379"),
    policy: policyOf(env.BREAKWATER_POLICIES),
  };
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name)) return name;
  throw new SettingError(
    `NAME is ${JSON.stringify(text.slice(0, 100))}: it must have 1 to ${LONGEST_NAME} characters and no control ` +
      "characters. Write NAME=Ada into systems/visits/.env, or set the variable.",
  );
}

/** @throws SettingError */
export function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new SettingError(`PORT is ${JSON.stringify(text)}: it must be from 0 (any) to 65535`);
}

function redisUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== "") return text;
  // The text may hold a password, so it is not repeated.
  throw new SettingError(
    "REDIS_URL is no address of a Redis: write redis://HOST:PORT, such as redis://127.0.0.1:6379",
  );
}

function policyOf(text: string | undefined): Policy {
  const given = text === undefined ? {} : objectOf(text);
  const options = REDIS in given ? given[REDIS] : DEFAULT_POLICY;
  if (typeof options !== "object" || options === null) {
    throw new SettingError(`BREAKWATER_POLICIES: "${REDIS}" must be an object, a policy's options`);
  }
  try {
    return policy({ ...options, name: REDIS });
  } catch (problem) {
    if (!(problem instanceof InvalidOptionsError)) throw problem;
    throw new SettingError(`BREAKWATER_POLICIES, "${REDIS}": ${problem.message}`);
  }
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below, as any other text that is no object.
  }
  throw new SettingError(
    `BREAKWATER_POLICIES is no JSON object: write {"${REDIS}": {"timeout": "2s"}}`,
  );
}
