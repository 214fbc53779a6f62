import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterwards } from "./system.ts";

export interface Process {
  readonly name: string;
  readonly url: string;
  /** What it has written to standard output since, line by line. */
  readonly lines: string[];
  readonly process: ChildProcess;
  /** Sends a signal and waits for the end; answers the exit code, or null when the signal ended it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs an entry file of the system as a process of its own, on a free port; ended after the test. */
export async function start(file: string, env: Record<string, string> = {}): Promise<Process> {
  const entry = fileURLToPath(new URL(`../src/${file}.ts`, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=breakwater-source", entry], {
    env: { PATH: process.env.PATH ?? "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const exit = once(child, "exit") as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals = "SIGTERM") => {
    child.kill(signal);
    return (await exit)[0];
  };
  afterwards(() => end("SIGKILL"));
  const lines: string[] = [];
  const reading = createInterface({ input: child.stdout });
  reading.on("line", (line) => lines.push(line));
  await Promise.race([once(reading, "line"), exit]);
  const [first] = lines;
  if (first === undefined) throw new Error(`${file} did not start: ${errors}`);
  const { listening, service } = JSON.parse(first) as { listening: string; service: string };
  return { name: service, url: listening, lines, process: child, end };
}
