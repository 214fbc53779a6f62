import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../src/service.ts", import.meta.url));

/** A process that can be killed and started again, with the same address and the same files. */
export interface Victim {
  readonly name: string;
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM; resolves to the milliseconds until it had ended, and its status. */
  stop(): Promise<{ readonly tookMs: number; readonly status: number | null }>;
}

/** A port that is free, below those that the system gives to clients. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

interface Program {
  readonly name: string;
  readonly url: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves once it serves. */
  ready(child: ChildProcess): Promise<void>;
}

function victimOf({ name, url, file, args, env = {}, ready }: Program): Victim {
  let child: ChildProcess | undefined;
  // A test that is given up leaves nothing behind.
  process.once("exit", () => child?.kill("SIGKILL"));
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    const since = performance.now();
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) {
      return { tookMs: 0, status: ending?.exitCode ?? null };
    }
    const exit = once(ending, "exit");
    ending.kill(signal);
    const [status] = (await exit) as [number | null];
    return { tookMs: performance.now() - since, status };
  };
  return {
    ...{ name, url },
    start: async () => {
      child = spawn(file, args, { env: { ...process.env, ...env }, stdio: "pipe" });
      child.stderr?.resume();
      await ready(child);
    },
    kill: async () => {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
  };
}

/** A service of this system as a process of its own. */
export async function serviceProcess(
  id: string,
  settings: Readonly<Record<string, string>>,
): Promise<Victim> {
  const port = await freePort();
  return victimOf({
    name: id,
    url: `http://127.0.0.1:${port}`,
    file: process.execPath,
    args: ["--conditions=breakwater-source", "--disable-warning=ExperimentalWarning", program],
    env: { ...settings, ID: id, PORT: String(port) },
    ready: (child) =>
      new Promise((resolve, reject) => {
        child.stdout?.on("data", (text) => String(text).includes('"listening"') && resolve());
        child.once("exit", (status) =>
          reject(new Error(`${id} ended with ${status} at its start`)),
        );
      }),
  });
}

/** Whether a server that speaks MongoDB's protocol can be started here. */
export const ferretdbFound = spawnSync("ferretdb", ["--version"]).status === 0;

/** FerretDB over files in `folder`. Its address names the database `retail`. */
export async function ferretdbProcess(folder: string): Promise<Victim> {
  const port = await freePort();
  const files = join(folder, "ferretdb");
  mkdirSync(files, { recursive: true });
  return victimOf({
    name: "ferretdb",
    url: `mongodb://127.0.0.1:${port}/retail?directConnection=true`,
    file: "ferretdb",
    args: [
      "--handler=sqlite",
      `--sqlite-url=file:${files}/`,
      `--listen-addr=127.0.0.1:${port}`,
      "--debug-addr=-",
      "--telemetry=disable",
      `--state-dir=${join(folder, "ferretdb-state")}`,
      "--log-level=error",
    ],
    ready: async (child) => {
      child.stdout?.resume();
      while (!(await accepts(port))) {
        if (child.exitCode !== null) throw new Error(`ferretdb ended with ${child.exitCode}`);
        await pause(20);
      }
    },
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
