/** The settings of one service, from the environment. */
import { join } from "node:path";
import type { EdgePolicies } from "./chain/edge.ts";
import { kindOf } from "./kinds/kind.ts";

export interface Config {
  readonly id: string;
  readonly port: number;
  readonly host: string;
  readonly next: string | undefined;
  readonly jumps: number;
  readonly injectErrors: boolean;
  readonly mongoUrl: string | undefined;
  readonly dataFile: string;
  readonly outboxLimit: number;
  readonly policies: EdgePolicies;
  readonly record: string | undefined;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Tells which variable is wrong, what it holds, what is allowed, and how to put it right. */
export class ConfigError extends Error {
  constructor(name: string, value: string, allowed: string, fix: string) {
    super(`${name} is ${JSON.stringify(value)}; allowed: ${allowed}. ${fix}`);
  }

  static {
    ConfigError.prototype.name = "ConfigError";
  }
}

/** @throws ConfigError for the first variable that is wrong */
export function readConfig(env: Env): Config {
  const id = env.ID || "order";
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(id)) {
    const allowed = "1 to 32 letters, digits, - and _";
    throw new ConfigError("ID", id, allowed, "Use order, payment, shipment or a name of your own.");
  }
  return {
    id,
    port: whole(env, "PORT", 3000, 0, 65_535),
    host: env.HOST || "127.0.0.1",
    next: nextOf(env, id),
    jumps: whole(env, "JUMPS", 6, 1, 1000),
    injectErrors: env.INJECT_ERR === "1",
    mongoUrl: mongoUrlOf(env),
    dataFile: join(env.DATA_DIR || "retail-data", `${id}.sqlite`),
    outboxLimit: whole(env, "OUTBOX_LIMIT", 1000, 1, 1_000_000),
    policies: policiesOf(env),
    record: env.BREAKWATER_RECORD || undefined,
  };
}

function whole(env: Env, name: string, usual: number, least: number, most: number): number {
  const text = env[name];
  if (text === undefined || text === "") return usual;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const allowed = `a whole number from ${least} to ${most}`;
  throw new ConfigError(name, text, allowed, `Leave it out for ${usual}.`);
}

/** `CHAIN_SVC` is the whole address, as in the seed; `PAYMENT_URL` and its like are that of the service. */
function nextOf(env: Env, id: string): string | undefined {
  if (env.CHAIN_SVC) return httpUrl("CHAIN_SVC", env.CHAIN_SVC).href;
  const name = `${kindOf(id).nextName.toUpperCase()}_URL`;
  const base = env[name];
  return base ? new URL("/create", httpUrl(name, base)).href : undefined;
}

function httpUrl(name: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  const fix = "Write it as http://payment:3000/create.";
  throw new ConfigError(name, text, "an http or https address", fix);
}

function mongoUrlOf({ MONGO_URL: text }: Env): string | undefined {
  if (!text) return undefined;
  if (/^mongodb(\+srv)?:\/\/\S+$/.test(text)) return text;
  const fix = "Leave it out for the embedded store.";
  throw new ConfigError("MONGO_URL", text, "an address such as mongodb://mongo:27017", fix);
}

function policiesOf({ BREAKWATER_POLICIES: text }: Env): EdgePolicies {
  if (!text) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) {
    return parsed as EdgePolicies;
  }
  const allowed = 'an object by edge, such as {"payment": {"timeout": "300ms"}}';
  throw new ConfigError("BREAKWATER_POLICIES", text, allowed, "Check its quotes.");
}
