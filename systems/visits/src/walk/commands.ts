import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "./stage.ts";

const LONGEST_OUTPUT = 64 * 1024;
const LONGEST_END_MS = 5000;

/** Runs the commands of a walk: those that end, and those that stay until the walk is over. */
export class Commands {
  readonly #stage: Pick<Stage, "folder" | "env">;
  readonly #staying = new Map<string, ChildProcess>();

  constructor(stage: Pick<Stage, "folder" | "env">) {
    this.#stage = stage;
  }

  /** @throws Error when the program is not there or ends with another code than 0 */
  async run(words: readonly string[]): Promise<{ output: string; tookMs: number }> {
    const startedAtMs = performance.now();
    const [program = "", ...args] = words;
    const child = spawn(program, args, {
      cwd: this.#stage.folder,
      env: this.#stage.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const take = (chunk: Buffer): void => {
      if (output.length < LONGEST_OUTPUT) output += chunk.toString();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const [code, signal] = await once(child, "close");
    if (code !== 0) throw new Error(`${words.join(" ")} ended with ${signal ?? code}: ${output}`);
    return { output, tookMs: performance.now() - startedAtMs };
  }

  /** Begins a command that stays; what it writes goes to the file. Returns its process. */
  begin(name: string, words: readonly string[], file: string): number {
    const [program = "", ...args] = words;
    const output = openSync(file, "a");
    const child = spawn(program, args, {
      cwd: this.#stage.folder,
      env: this.#stage.env,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    // A program that is not there: seen as one that has ended.
    child.on("error", () => {});
    this.#staying.set(name, child);
    return child.pid ?? 0;
  }

  hasEnded(name: string): boolean {
    const child = this.#staying.get(name);
    return (
      child === undefined ||
      child.pid === undefined ||
      child.exitCode !== null ||
      child.signalCode !== null
    );
  }

  /** Waits for the end of a command that stays; ends it when that takes too long. */
  async ended(name: string): Promise<void> {
    const untilMs = performance.now() + LONGEST_END_MS;
    while (!this.hasEnded(name) && performance.now() < untilMs) await sleep(20);
    if (this.hasEnded(name)) return;
    this.#staying.get(name)?.kill("SIGKILL");
    throw new Error(`${name} did not end within ${LONGEST_END_MS} ms`);
  }

  stopAll(): void {
    for (const child of this.#staying.values()) child.kill("SIGTERM");
  }
}
