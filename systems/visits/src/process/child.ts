import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Environment } from "../page/settings.ts";

/** How long a child may take until it can be used, and until it has ended by itself. */
const LONGEST_START_MS = 15_000;
const LONGEST_STOP_MS = 2000;

export interface ChildOptions {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Environment;
  /** The line of its output that says that it can be used. */
  readonly readyWhen: (line: string) => boolean;
  /** Whether it is a Node process, and may be told by a channel that this process is gone. */
  readonly channel: boolean;
  /** Takes its other lines; standard output unless given. */
  readonly log?: ((line: string) => void) | undefined;
}

/** A process of ours that others use. */
export class Child {
  /** The line that said that it can be used. */
  readonly ready: string;
  /** Resolves, when it ends before it is stopped, to a sentence about it; never otherwise. */
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;
  #stopping = false;

  private constructor(process: ChildProcess, name: string, ready: string) {
    this.#process = process;
    this.ready = ready;
    this.ended = new Promise((resolve) => {
      process.once("exit", (code, signal) => {
        if (!this.#stopping)
          resolve(`${name} has ended by itself: ${signal ?? `exit code ${code}`}`);
      });
    });
  }

  /** @throws Error when it ends, or is not ready in time */
  static async start(options: ChildOptions): Promise<Child> {
    const { name, program, args, env, channel } = options;
    const child = spawn(program, args, {
      env,
      stdio: channel ? ["ignore", "pipe", "inherit", "ipc"] : ["ignore", "pipe", "inherit"],
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_START_MS);
    try {
      const ready = await Promise.race([readyLine(child, options), early(child, name)]);
      return new Child(child, name, ready);
    } finally {
      clearTimeout(timer);
    }
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Asks it to end, and ends it when it does not. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    // One that is paused would not hear it before it goes on.
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_STOP_MS);
    await exit;
    clearTimeout(timer);
  }
}

/** Passes the child's lines on, and resolves at the one that says that it is ready. */
function readyLine(child: ChildProcess, options: ChildOptions): Promise<string> {
  const { readyWhen, log = (line) => process.stdout.write(`${line}\n`) } = options;
  return new Promise((resolve) => {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    let ready = false;
    lines.on("line", (line) => {
      if (!ready && readyWhen(line)) {
        ready = true;
        resolve(line);
      } else {
        log(line);
      }
    });
  });
}

async function early(child: ChildProcess, name: string): Promise<never> {
  const [code, signal] = await once(child, "exit");
  throw new Error(`${name} ended before it could be used: ${signal ?? `exit code ${code}`}`);
}
