import { spawnSync } from "node:child_process";
import { freePort, ServerProcess } from "./server-process.ts";

/** Whether a redis-server is on the PATH. */
export function hasRedisServer(): boolean {
  return spawnSync("redis-server", ["--version"]).status === 0;
}

/** A redis-server of its own on a free port of the loopback interface, with nothing in it. */
export class RedisServer extends ServerProcess {
  readonly port: number;

  constructor(port: number) {
    const settings = { port, bind: "127.0.0.1", save: "", appendonly: "no", dir: "/tmp" };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    super(port, "redis-server", args);
    this.port = port;
  }

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.run();
    return server;
  }

  async stop(): Promise<void> {
    await this.kill();
  }
}
