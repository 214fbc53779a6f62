import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whether FerretDB, which speaks MongoDB's protocol, is on the PATH. */
export function hasMongoServer(): boolean {
  return spawnSync("ferretdb", ["--version"]).status === 0;
}

/** A FerretDB of its own on a free port of the loopback interface, with nothing in it. */
export class MongoServer {
  readonly url: string;
  readonly #port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  constructor(port: number, folder: string) {
    this.#port = port;
    this.#folder = folder;
    this.url = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  }

  static async start(): Promise<MongoServer> {
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const server = new MongoServer(port, await mkdtemp(join(tmpdir(), "breakwater-mongo-")));
    await server.run();
    return server;
  }

  async run(): Promise<void> {
    const settings = {
      handler: "sqlite",
      "sqlite-url": `file:${this.#folder}/`,
      "listen-addr": `127.0.0.1:${this.#port}`,
      "state-dir": this.#folder,
      "debug-addr": "-",
      telemetry: "disable",
      "log-level": "error",
    };
    const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    this.#process = spawn("ferretdb", args, { stdio: "ignore" });
    for (let i = 0; i < 500; i++) {
      if (await answers(this.#port)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("ferretdb did not start");
  }

  /** It keeps its connections and answers nothing, as a machine that swaps. */
  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Its data stays for the next run. */
  async kill(): Promise<void> {
    const process = this.#process;
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const exit = once(process, "exit");
    process.kill("SIGKILL");
    await exit;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
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
