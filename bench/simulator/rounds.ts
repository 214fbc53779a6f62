/**
 * The homepage model in several programs that take turns: each lives through it once for each line that it is sent.
 * Programs whose compiler or library is not there are left out, with the reason.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";

export type Program = "ours" | "naive" | "best" | "simpy";

/** What one round found. */
export interface Round {
  readonly requests: number;
  readonly wallMs: number;
  readonly ok: number;
  readonly degraded: number;
  /** Of the three dependencies. */
  readonly attempts: readonly number[];
  readonly opened: readonly number[];
}

export interface Rounds {
  /** Of each program that there is, the first round left out. */
  readonly rounds: ReadonlyMap<Program, readonly Round[]>;
  /** Why programs were left out. */
  readonly missing: readonly string[];
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** @param seconds of simulated load: 250 requests in each */
export async function homepageRounds(seconds: number, rounds: number): Promise<Rounds> {
  const folder = mkdtempSync(join(tmpdir(), "breakwater-bench-"));
  const missing: string[] = [];
  const running = new Map<Program, Running>();
  try {
    for (const [program, command] of commands(folder, missing)) {
      running.set(program, new Running(command, seconds));
    }
    const found = new Map<Program, Round[]>([...running.keys()].map((program) => [program, []]));
    for (let round = 0; round <= rounds; round++) {
      for (const [program, process] of running) {
        const line = await process.round();
        // The first is for growing warm.
        if (round > 0) found.get(program)?.push(line);
      }
    }
    return { rounds: found, missing };
  } finally {
    for (const process of running.values()) process.stop();
    rmSync(folder, { recursive: true });
  }
}

function commands(folder: string, missing: string[]): Map<Program, string[]> {
  const ours = [process.execPath, "--conditions=breakwater-source", here("ours.ts")];
  const found = new Map<Program, string[]>([["ours", ours]]);
  for (const [program, flags] of [["naive", []] as const, ["best", ["-DFAST"]] as const]) {
    const binary = join(folder, program);
    const options = ["-O3", "-std=c++20", "-march=native", ...flags];
    const { status } = spawnSync("g++", [...options, here("homepage.cpp"), "-o", binary]);
    if (status === 0) found.set(program, [binary]);
  }
  if (!found.has("naive")) missing.push("Without C++: install g++ to compare with it.");
  const python = process.env.BREAKWATER_PYTHON ?? "python3";
  if (spawnSync(python, ["-c", "import simpy"]).status === 0) {
    found.set("simpy", [python, here("homepage.py")]);
  } else {
    const line = "python3 -m venv simpy && simpy/bin/pip install simpy==4.1.1";
    missing.push(`Without SimPy: ${line}, then BREAKWATER_PYTHON=simpy/bin/python.`);
  }
  return found;
}

class Running {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor([file, ...args]: readonly string[], seconds: number) {
    const stdio = ["pipe", "pipe", "inherit"] as const;
    this.#child = spawn(file as string, [...args, String(seconds)], { stdio: [...stdio] });
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
  }

  async round(): Promise<Round> {
    const answer = once(this.#lines, "line");
    this.#child.stdin?.write("\n");
    const ended = once(this.#child, "exit").then(() => {
      throw new Error("a program ended in the middle of its rounds");
    });
    const [line] = (await Promise.race([answer, ended])) as [string];
    ended.catch(() => {});
    return JSON.parse(line) as Round;
  }

  stop(): void {
    this.#child.kill();
  }
}
