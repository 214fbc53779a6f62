import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

const LOOKS = 500;
const LOOK_MS = 20;

/** A port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** The process of a server that listens on a port of the loopback interface; it may be started again after its end. */
export class ServerProcess {
  readonly #port: number;
  readonly #program: string;
  readonly #args: readonly string[];
  #process: ChildProcess | undefined;

  constructor(port: number, program: string, args: readonly string[]) {
    this.#port = port;
    this.#program = program;
    this.#args = args;
  }

  async run(): Promise<void> {
    this.#process = spawn(this.#program, this.#args, { stdio: "ignore" });
    for (let i = 0; i < LOOKS; i++) {
      if (await answers(this.#port)) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    throw new Error(`${this.#program} did not start`);
  }

  /** It keeps its connections and answers nothing, as a machine that swaps. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const exit = once(process, "exit");
    process.kill("SIGKILL");
    await exit;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
