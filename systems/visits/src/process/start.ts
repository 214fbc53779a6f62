import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Environment, portOf, SettingError } from "../page/settings.ts";
import { Child, type ChildOptions } from "./child.ts";

export type StoreKind = "url" | "redis-server" | "stand-in";

export interface RunningStore {
  readonly kind: StoreKind;
  readonly url: string;
  /** What it is, in a sentence for people. */
  readonly about: string;
  /** undefined for one that somebody else runs. */
  readonly pid: number | undefined;
  readonly ended: Promise<string>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly stop: () => Promise<void>;
}

export interface StoreOptions {
  readonly kind: Exclude<StoreKind, "url">;
  /** 0 for any that is free. */
  readonly port: number;
  /** Where it keeps its file; made when it is not there. */
  readonly folder: string;
  /** Takes the lines of its log; standard output unless given. */
  readonly log?: ChildOptions["log"];
}

const NEVER = new Promise<never>(() => {});

export function hasRedisServer(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

/**
 * The store that the environment asks for: the Redis at REDIS_URL, or the kind that VISITS_STORE names, or
 * redis-server where it is on the PATH, or else the stand-in.
 * @throws SettingError
 */
export async function startStore(env: Environment): Promise<RunningStore> {
  const { REDIS_URL: url, VISITS_STORE: wanted, VISITS_DATA, REDIS_PORT = "0" } = env;
  if (url !== undefined && wanted === undefined) {
    const about = "The visits are counted in the Redis at REDIS_URL.";
    const nothing = async (): Promise<void> => {};
    return {
      kind: "url",
      url,
      about,
      pid: undefined,
      ended: NEVER,
      signal: () => {},
      stop: nothing,
    };
  }
  if (wanted !== undefined && wanted !== "redis-server" && wanted !== "stand-in") {
    throw new SettingError(
      `VISITS_STORE is ${JSON.stringify(wanted)}: it must be redis-server or stand-in, or left out`,
    );
  }
  const kind = wanted ?? (hasRedisServer() ? "redis-server" : "stand-in");
  const folder = VISITS_DATA ?? fileURLToPath(new URL("../../.data", import.meta.url));
  return runStore({ kind, folder, port: portOf(REDIS_PORT) });
}

/** Runs a store of our own. Both kinds force every change onto the disk before they answer. */
export async function runStore({ kind, port, folder, log }: StoreOptions): Promise<RunningStore> {
  mkdirSync(folder, { recursive: true });
  const onPort = port === 0 ? await freePort() : port;
  const child = await (kind === "stand-in"
    ? standIn(onPort, folder, log)
    : redisServer(onPort, folder, log));
  return {
    kind,
    url: `redis://127.0.0.1:${onPort}`,
    about:
      kind === "stand-in"
        ? "The visits are counted in a stand-in for Redis: install redis-server, or set REDIS_URL, for the real one."
        : "The visits are counted in a real Redis, the redis-server on the PATH.",
    pid: child.pid,
    ended: child.ended,
    signal: (signal) => child.signal(signal),
    stop: () => child.stop(),
  };
}

type Log = ChildOptions["log"];

function standIn(port: number, folder: string, log: Log): Promise<Child> {
  const file = join(folder, "redis-stand-in.jsonl");
  const env = { ...process.env, PORT: String(port), STAND_IN_FILE: file };
  return startEntry("redis-stand-in", env, log);
}

function redisServer(port: number, folder: string, log: Log): Promise<Child> {
  const settings = {
    port: String(port),
    bind: "127.0.0.1",
    dir: folder,
    save: "",
    appendonly: "yes",
    appendfsync: "always",
  };
  return Child.start({
    name: "redis-server",
    program: "redis-server",
    args: Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
    env: process.env,
    readyWhen: (line) => /ready to accept connections/i.test(line),
    channel: false,
    log,
  });
}

export interface RunningPage {
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<string>;
  readonly stop: () => Promise<void>;
}

export async function startPage(env: Environment): Promise<RunningPage> {
  const child = await startEntry("visits", env);
  const { listening } = JSON.parse(child.ready) as { listening: string };
  return { url: listening, pid: child.pid, ended: child.ended, stop: () => child.stop() };
}

/** Runs an entry file of this system with this Node and its options, from sources or built. */
function startEntry(name: string, env: Environment, log?: Log): Promise<Child> {
  const file = import.meta.url.endsWith(".ts") ? `${name}.ts` : `${name}.js`;
  return Child.start({
    name,
    program: process.execPath,
    args: [...process.execArgv, fileURLToPath(new URL(`../${file}`, import.meta.url))],
    env,
    readyWhen: (line) => line.startsWith('{"listening":'),
    channel: true,
    log,
  });
}

/** A port that was free a moment ago, below those that the system gives to outgoing connections. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
  throw new Error("no free port from 20000 to 32000 was found");
}
