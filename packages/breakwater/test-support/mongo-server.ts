import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, ServerProcess } from "./server-process.ts";

/** Whether FerretDB, which speaks MongoDB's protocol, is on the PATH. */
export function hasMongoServer(): boolean {
  return spawnSync("ferretdb", ["--version"]).status === 0;
}

/** A FerretDB of its own on a free port of the loopback interface, with nothing in it; its data outlives its process. */
export class MongoServer extends ServerProcess {
  readonly url: string;
  readonly #folder: string;

  constructor(port: number, folder: string) {
    const settings = {
      handler: "sqlite",
      "sqlite-url": `file:${folder}/`,
      "listen-addr": `127.0.0.1:${port}`,
      "state-dir": folder,
      "debug-addr": "-",
      telemetry: "disable",
      "log-level": "error",
    };
    const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    super(port, "ferretdb", args);
    this.#folder = folder;
    this.url = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  }

  static async start(): Promise<MongoServer> {
    const folder = await mkdtemp(join(tmpdir(), "breakwater-mongo-"));
    const server = new MongoServer(await freePort(), folder);
    await server.run();
    return server;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
