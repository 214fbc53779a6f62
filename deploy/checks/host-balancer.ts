// The balancer of the stacks on this machine, without containers: the same file, other addresses.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";
import { afterwards, end, root, temporaryFolder, until } from "./processes.ts";

export interface HostBalancer {
  readonly url: string;
  readonly statusUrl: string;
}

const hasHaproxy = spawnSync("haproxy", ["-v"]).status === 0;

/** Skips the test out loud without HAProxy, and fails it where nothing may be skipped. */
export function needsHaproxy(context: TestContext): void {
  if (hasHaproxy) return;
  if (process.env.BREAKWATER_REQUIRE_ALL === "1") throw new Error("haproxy is not on the PATH");
  console.warn("skipped without haproxy: apt-get install haproxy");
  context.skip();
}

/**
 * deploy/haproxy/web.cfg with workers that are named by address instead of found by Docker's name service.
 * @throws Error when the file has changed so that this cannot be done
 */
export function hostConfig(workers: readonly string[], port: number, statusPort: number): string {
  let text = readFileSync(join(root, "deploy/haproxy/web.cfg"), "utf8");
  const change = (from: RegExp, to: string): void => {
    if (!from.test(text)) throw new Error(`deploy/haproxy/web.cfg no longer has ${from}`);
    text = text.replace(from, to);
  };
  const servers = workers.map((worker, index) => `  server worker${index + 1} ${worker} check`);
  change(/^resolvers docker\n( .*\n)+\n/m, "");
  change(/^ {2}server-template .*$/m, servers.join("\n"));
  change(/bind :8080/, `bind 127.0.0.1:${port}`);
  change(/bind :8404/, `bind 127.0.0.1:${statusPort}`);
  return text;
}

/** Starts HAProxy before these workers, given as HOST:PORT, and ends it after the test. */
export async function hostBalancer(workers: readonly string[]): Promise<HostBalancer> {
  for (let tries = 0; tries < 5; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 5000) * 2;
    const started = await tryPorts(workers, port, port + 1);
    if (started !== undefined) return started;
  }
  throw new Error("HAProxy has not started: see whether ports from 20000 to 30000 are free");
}

async function tryPorts(workers: readonly string[], port: number, statusPort: number) {
  const file = join(temporaryFolder(), "haproxy.cfg");
  writeFileSync(file, hostConfig(workers, port, statusPort));
  const child = spawn("haproxy", ["-db", "-f", file], { stdio: "ignore" });
  afterwards(() => end(child));
  const statusUrl = `http://127.0.0.1:${statusPort}`;
  const answers = async (): Promise<boolean> => {
    if (child.exitCode !== null) return true;
    return fetch(statusUrl).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await Promise.race([until(answers, "the status page answers"), once(child, "exit")]);
  if (child.exitCode !== null) return undefined;
  return { url: `http://127.0.0.1:${port}`, statusUrl };
}
