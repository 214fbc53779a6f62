// A stack in containers, under a project name and on ports of its own.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { afterwards, root, until } from "./processes.ts";

/** Both versions: the plugin, and the program before it. */
export const COMPOSES = ["docker compose", "docker-compose"] as const;
export type Compose = (typeof COMPOSES)[number];

const succeeds = (line: string): boolean => {
  const [program = "", ...words] = line.split(" ");
  return spawnSync(program, words).status === 0;
};

/** Skips the test out loud without an engine, and fails it where there has to be one. */
export function needsEngine(compose: Compose, context: TestContext): void {
  const missing = ["docker info", `${compose} version`].find((line) => !succeeds(line));
  if (missing === undefined) return;
  if (process.env.BREAKWATER_REQUIRE_DOCKER === "1") throw new Error(`${missing} does not work`);
  console.warn(`skipped, for ${missing} does not work: apt-get install docker.io docker-compose`);
  context.skip();
}

export interface StackOptions {
  /** The folder of its file, below deploy/. */
  readonly folder: string;
  readonly compose: Compose;
  readonly env?: Readonly<Record<string, string>>;
  /** All unless given. */
  readonly services?: readonly string[];
}

const PORTS = ["VISITS", "HOMEPAGE", "RETAIL"].flatMap((name) => [
  `${name}_PORT`,
  `${name}_STATUS_PORT`,
]);
const MORE_PORTS = ["SETTINGS_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT", "INFLUXDB_PORT"];

export class Stack {
  readonly compose: Compose;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  constructor({ folder, compose, env = {} }: StackOptions) {
    this.compose = compose;
    this.#folder = join(root, "deploy", folder);
    const name = `breakwater-${folder.replace(/\W/g, "all")}-${process.pid}-${compose.length}`;
    const anyPort = Object.fromEntries([...PORTS, ...MORE_PORTS].map((port) => [port, "0"]));
    this.#env = { ...process.env, ...anyPort, COMPOSE_PROJECT_NAME: name, ...env };
  }

  /** Gives a command to Compose. @returns what it has written to standard output */
  run(...words: string[]): Promise<string> {
    const [program = "", ...first] = this.compose.split(" ");
    return output(program, [...first, ...words], this.#folder, this.#env);
  }

  /** Where a service's port can be reached from here. */
  async url(service: string, port: number): Promise<string> {
    const [address] = /127\.0\.0\.1:\d+/.exec(await this.run("port", service, String(port))) ?? [];
    if (address === undefined) throw new Error(`${service} has no port ${port} here`);
    return `http://${address}`;
  }

  /** The containers of a service, as the engine names them. */
  async containers(service: string): Promise<string[]> {
    return (await this.run("ps", "-q", service)).trim().split("\n").filter(Boolean);
  }

  /** Waits until all containers with a health check have passed it. */
  async healthy(): Promise<number> {
    return until(
      async () => {
        const all = (await this.run("ps", "-q")).trim().split("\n");
        const states = await docker("inspect", "--format", "{{.State.Health.Status}}", ...all);
        return states
          .trim()
          .split("\n")
          .every((state) => state === "healthy");
      },
      "every container is healthy",
      120_000,
    );
  }
}

/** Builds and starts a stack; takes it down, with its volumes, after the test. */
export async function up(options: StackOptions): Promise<Stack> {
  const stack = new Stack(options);
  const { services = [] } = options;
  await stack.run("build");
  afterwards(() => stack.run("down", "--volumes", "--timeout", "5"));
  await stack.run("up", "-d", ...services);
  await stack.healthy();
  return stack;
}

export function docker(...words: string[]): Promise<string> {
  return output("docker", words, root, process.env);
}

function output(program: string, words: string[], cwd: string, env: NodeJS.ProcessEnv) {
  return new Promise<string>((resolve, reject) => {
    const child = spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    let complaints = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.stderr.on("data", (chunk) => {
      complaints += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`${[program, ...words].join(" ")} ended with ${code}: ${complaints}`));
    });
  });
}
