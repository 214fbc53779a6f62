/** What can stand between client and origin, each in a process of its own. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Ports {
  readonly bulk: number;
  readonly requests: number;
}

export interface Running {
  readonly ports: Ports;
  readonly stop: () => void;
}

export interface Contender {
  readonly name: string;
  /** undefined: it is not on this machine. */
  readonly start: (origin: Ports) => Promise<Running | undefined>;
  /** What to say when it is not. */
  readonly absent?: string;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(ROOT, "packages/cli/src/bin.ts");

export async function startOrigin(): Promise<Running> {
  const child = node(fileURLToPath(new URL("origin.ts", import.meta.url)));
  return { ports: JSON.parse(await firstLine(child)) as Ports, stop: stopper(child) };
}

export const contenders: readonly Contender[] = [
  { name: "direct", start: async (origin) => ({ ports: origin, stop: () => {} }) },
  { name: "breakwater proxy", start: (origin) => breakwater(origin, "tcp") },
  { name: "breakwater proxy, HTTP", start: (origin) => breakwater(origin, "http") },
  {
    name: "HAProxy, TCP",
    start: haproxy,
    absent: "HAProxy is not installed: apt-get install haproxy",
  },
  {
    name: "Toxiproxy",
    start: toxiproxy,
    absent:
      "toxiproxy-server is not on the PATH, nor named by TOXIPROXY_SERVER: go install github.com/Shopify/toxiproxy/v2/cmd/server@v2.12.0",
  },
];

async function breakwater(origin: Ports, protocol: "tcp" | "http"): Promise<Running> {
  const child = node(BIN, "proxy", "--port", "0");
  const api = (await firstLine(child)).replace("listening on ", "");
  return { ports: await populate(api, origin, protocol), stop: stopper(child) };
}

async function toxiproxy(origin: Ports): Promise<Running | undefined> {
  const program = process.env.TOXIPROXY_SERVER ?? "toxiproxy-server";
  if (!installed(program, "-version")) return undefined;
  const port = await freePort();
  const child = spawn(program, ["-port", String(port)], { stdio: "ignore" });
  await answers(port);
  return {
    ports: await populate(`http://127.0.0.1:${port}`, origin, "tcp"),
    stop: stopper(child),
  };
}

async function haproxy(origin: Ports): Promise<Running | undefined> {
  if (!installed("haproxy", "-v")) return undefined;
  const ports = { bulk: await freePort(), requests: await freePort() };
  const folder = mkdtempSync(join(tmpdir(), "breakwater-bench-"));
  const file = join(folder, "haproxy.cfg");
  const listen = (name: keyof Ports): string =>
    `listen ${name}\n  bind 127.0.0.1:${ports[name]}\n  server origin 127.0.0.1:${origin[name]}\n`;
  const limits = "  timeout connect 5s\n  timeout client 1m\n  timeout server 1m\n";
  writeFileSync(
    file,
    // One thread, as the others' proxies have one event loop, or share the two cores.
    `global\n  nbthread 1\ndefaults\n  mode tcp\n${limits}${listen("bulk")}${listen("requests")}`,
  );
  const child = spawn("haproxy", ["-db", "-f", file], { stdio: "ignore" });
  await answers(ports.requests);
  const stop = stopper(child);
  return {
    ports,
    stop: () => {
      stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function populate(api: string, origin: Ports, protocol: string): Promise<Ports> {
  const proxy = (name: keyof Ports) => ({
    name,
    listen: "127.0.0.1:0",
    upstream: `127.0.0.1:${origin[name]}`,
    // Bytes without end are no HTTP.
    protocol: name === "bulk" ? "tcp" : protocol,
  });
  const body = JSON.stringify([proxy("bulk"), proxy("requests")]);
  const answer = await fetch(`${api}/populate`, { method: "POST", body });
  const { proxies } = (await answer.json()) as { proxies: { listen: string }[] };
  const port = (i: number): number => Number(proxies[i]?.listen.split(":").at(-1));
  return { bulk: port(0), requests: port(1) };
}

function node(...words: string[]): ChildProcess {
  return spawn(process.execPath, ["--no-warnings", "--conditions=breakwater-source", ...words], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function stopper(child: ChildProcess): () => void {
  return () => child.kill("SIGKILL");
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error("started without a pipe");
  const [line] = (await once(createInterface({ input: stdout }), "line")) as [string];
  return line;
}

function installed(program: string, flag: string): boolean {
  try {
    execFileSync(program, [flag], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const socket = connect(port, "127.0.0.1");
    const open = await new Promise((resolve) => {
      socket.on("connect", () => resolve(true));
      socket.on("error", () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
