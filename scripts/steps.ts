import { spawn } from "node:child_process";

/** One step of a longer job: a Node script or tool, with its arguments. */
export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

interface Ended {
  readonly ok: boolean;
  readonly output: string;
}

function run({ args, cwd }: Step): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      stdio: ["ignore", "pipe", "pipe"],
      ...(cwd === undefined ? {} : { cwd }),
    });
    let output = "";
    const keep = (chunk: string): void => {
      output += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", (error) => resolve({ ok: false, output: String(error) }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

/**
 * Runs every step, also after one has failed, and says of each how it went and how long it took.
 * What a step printed is shown only when it failed. The process fails if any step did.
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const width = Math.max(...steps.map(({ name }) => name.length));
  const failed: string[] = [];
  for (const step of steps) {
    const startedMs = performance.now();
    const { ok, output } = await run(step);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    process.stdout.write(
      `${step.name.padEnd(width)}  ${ok ? "ok    " : "failed"}  ${seconds.padStart(5)} s\n`,
    );
    if (!ok) {
      failed.push(step.name);
      process.stdout.write(`\n${output.trim()}\n\n`);
    }
  }
  process.stdout.write(failed.length === 0 ? "All ok.\n" : `Failed: ${failed.join(", ")}\n`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
