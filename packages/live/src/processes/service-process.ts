import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Guard } from "./guard.ts";
import { LiveError } from "./live-error.ts";

export interface ProcessOptions {
  /** For messages: "homepage", "homepage[1]". */
  readonly name: string;
  readonly command: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly startWithinMs: number;
  /** The process understands messages over Node's channel. */
  readonly channel: boolean;
  readonly guard: Guard;
  /** More of its environment, made anew for each start. */
  readonly perStart: () => Readonly<Record<string, string>>;
}

/** Lines of its output that are kept, to be shown when it fails. */
const KEPT_LINES = 15;
const LONGEST_LINE = 400;

/** A process of a live run: can be stopped, continued, killed and started again. */
export class ServiceProcess {
  readonly name: string;
  /** Where it listens, as it said itself; "" while it is down. */
  url = "";
  readonly #options: ProcessOptions;
  #child: ChildProcess | undefined = undefined;
  #output: string[] = [];
  #expected = false;

  /** The process has ended and nobody had asked for that. */
  onDeath: (why: string) => void = () => {};

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when it has said where it listens. @throws LiveError with what it printed last */
  async start(): Promise<void> {
    const { command, folder, env, guard, channel, startWithinMs, perStart } = this.#options;
    const [program = "", ...words] = command;
    this.#output = [];
    this.#expected = false;
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...process.env, HOST: "127.0.0.1", PORT: "0", ...perStart(), ...env, ...guard.mark },
      // A process group of its own, so that what it starts ends with it, and Ctrl-C is for the tool alone.
      detached: true,
      stdio: ["ignore", "pipe", "pipe", ...(channel ? (["ipc"] as const) : [])],
    });
    this.#child = child;
    child.on("error", () => {});
    if (child.pid !== undefined) guard.tell({ type: "group", id: child.pid });
    this.#watch(child);
    this.url = await within(startWithinMs, this.#listening(child), () =>
      this.#failure(`did not say within ${startWithinMs / 1000} s where it listens`),
    );
  }

  send(message: object): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** Hears of messages from the process, until the returned function is called. */
  onMessage(listener: (message: unknown) => void): () => void {
    const child = this.#child;
    child?.on("message", listener);
    return () => child?.off("message", listener);
  }

  /** Frozen, with everything that it has started. */
  pause(): void {
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  /** kill -9, as a crash. */
  async crash(): Promise<void> {
    await this.#end(["SIGKILL"]);
  }

  /** Politely first; after two seconds, not. */
  async stop(): Promise<void> {
    this.resume();
    await this.#end(["SIGTERM", "SIGKILL"]);
  }

  async #end(signals: readonly NodeJS.Signals[]): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || this.#hasEnded(child)) return;
    this.#expected = true;
    const gone = once(child, "exit");
    for (const signal of signals) {
      this.#signal(signal);
      const ended = await Promise.race([gone.then(() => true), wait(2000)]);
      if (ended) break;
    }
    // What it left behind in its group.
    this.#signalGroup(child.pid, "SIGKILL");
    this.#options.guard.tell({ type: "groupGone", id: child.pid });
    this.url = "";
  }

  #signal(signal: NodeJS.Signals): void {
    const child = this.#child;
    if (child?.pid !== undefined && !this.#hasEnded(child)) this.#signalGroup(child.pid, signal);
  }

  #signalGroup(pid: number, signal: NodeJS.Signals): void {
    try {
      process.kill(-pid, signal);
    } catch {
      // Nobody is left in the group.
    }
  }

  #hasEnded(child: ChildProcess): boolean {
    return child.exitCode !== null || child.signalCode !== null;
  }

  #watch(child: ChildProcess): void {
    const keep = (line: string) => {
      this.#output.push(line.slice(0, LONGEST_LINE));
      if (this.#output.length > KEPT_LINES) this.#output.shift();
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", keep);
    }
    child.on("exit", (code, signal) => {
      if (this.#expected || child !== this.#child) return;
      this.onDeath(this.#told(`ended by itself (${signal ?? `exit code ${code}`})`));
    });
  }

  #listening(child: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      child.once("error", (error) => reject(this.#failure(`cannot be started: ${error.message}`)));
      child.once("exit", (code) => reject(this.#failure(`ended as it started (${code})`)));
      if (child.stdout === null) return;
      createInterface({ input: child.stdout }).on("line", (line) => {
        const url = listeningIn(line);
        if (url !== undefined) resolve(url);
      });
    });
  }

  #failure(what: string): LiveError {
    return new LiveError(this.#told(what));
  }

  #told(what: string): string {
    const output = this.#output.length === 0 ? "" : `; it printed:\n  ${this.#output.join("\n  ")}`;
    return `${this.name} ${what}${output}`;
  }
}

/** The address in `{"listening":"http://127.0.0.1:8080",...}`; undefined for any other line. */
function listeningIn(line: string): string | undefined {
  if (!line.includes('"listening"')) return undefined;
  try {
    const { listening } = JSON.parse(line) as { listening?: unknown };
    return typeof listening === "string" ? new URL(listening).href : undefined;
  } catch {
    return undefined;
  }
}

function wait(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });
}

async function within<T>(ms: number, promise: Promise<T>, failure: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failure()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
