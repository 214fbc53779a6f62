import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { GUARD_VARIABLE, type ToGuard } from "./guard-messages.ts";
import { LiveError } from "./live-error.ts";
import { nodeCommand } from "./node-command.ts";

/** The tool's side of its guard. */
export class Guard {
  /** For the environment of every process of the run. */
  readonly mark: Readonly<Record<string, string>>;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, mark: Readonly<Record<string, string>>) {
    this.#process = process;
    this.mark = mark;
  }

  /** Resolves once it watches. @throws LiveError when it cannot be started */
  static async start(): Promise<Guard> {
    const mark = { [GUARD_VARIABLE]: randomUUID() };
    const [program = "", ...words] = nodeCommand("./guard-process");
    // A session of its own: what is sent to the tool's process group does not reach it.
    const child = spawn(program, words, {
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, ...mark },
    });
    child.stdin?.on("error", () => {});
    const ready = once(child.stdout as NonNullable<typeof child.stdout>, "data");
    const gone = once(child, "exit").then(() => {
      throw new LiveError("the guard process ended as it started");
    });
    gone.catch(() => {});
    await Promise.race([ready, gone]);
    child.unref();
    (child.stdout as unknown as { unref(): void }).unref();
    return new Guard(child, mark);
  }

  tell(message: ToGuard): void {
    this.#process.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** Everything is cleared away: it may go. */
  async dismiss(): Promise<void> {
    this.tell({ type: "farewell" });
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.ref();
    this.#process.stdin?.end();
    await gone;
  }
}
