// Services and programs of a test, each a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

export const root = fileURLToPath(new URL("../..", import.meta.url));

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** Runs after the test, the latest first. */
export function afterwards(clean: () => Promise<unknown> | unknown): void {
  cleanups.push(clean);
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "deploy-"));
  afterwards(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Running {
  readonly url: string;
  readonly process: ChildProcess;
}

/** Starts an entry file, such as "visits/src/visits.ts", on a free port, and ends it after the test. */
export async function service(entry: string, env: Record<string, string> = {}): Promise<Running> {
  const file = join(root, "systems", entry);
  const child = spawn(process.execPath, ["--conditions=breakwater-source", file], {
    env: { PATH: process.env.PATH ?? "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (chunk) => {
    complaints += chunk;
  });
  afterwards(() => end(child));
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([once(lines, "line"), once(child, "exit")]);
  if (typeof line !== "string") throw new Error(`${entry} has not started: ${complaints}`);
  lines.on("line", () => {});
  return { url: (JSON.parse(line) as { listening: string }).listening, process: child };
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

/** Waits until something is so. @returns how long that took, in milliseconds; fails after so many */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  forMs = 20_000,
): Promise<number> {
  const beganAtMs = performance.now();
  while (!(await isSo())) {
    if (performance.now() - beganAtMs > forMs) throw new Error(`${what}: not within ${forMs} ms`);
    await sleep(20);
  }
  return performance.now() - beganAtMs;
}
