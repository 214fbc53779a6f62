/** The stand-in for Redis as a process: configured by its environment, see docs/systems/visits.md. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { portOf, SettingError } from "./page/settings.ts";
import { announce, endWithProcess, fail } from "./process/entry.ts";
import type { FsyncPolicy } from "./stand-in/journal.ts";
import { StandIn } from "./stand-in/server.ts";

const FSYNC: readonly FsyncPolicy[] = ["always", "everysec", "no"];

function fsyncOf(text: string): FsyncPolicy {
  const policy = FSYNC.find((each) => each === text);
  if (policy !== undefined) return policy;
  throw new SettingError(
    `STAND_IN_FSYNC is ${JSON.stringify(text)}: it must be ${FSYNC.join(", ")}`,
  );
}

try {
  const { HOST: host = "127.0.0.1", PORT, STAND_IN_FILE, STAND_IN_FSYNC = "always" } = process.env;
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const file = STAND_IN_FILE ?? join(folder, ".data", "redis-stand-in.jsonl");
  const port = portOf(PORT ?? "0");
  const standIn = await StandIn.start({ host, port, file, fsync: fsyncOf(STAND_IN_FSYNC) });
  process.stderr.write(
    `This is a stand-in for Redis, not Redis: a few commands over ${file}, fsync ${STAND_IN_FSYNC}.\n`,
  );
  if (standIn.tornBytes > 0) {
    process.stderr.write(`Left out ${standIn.tornBytes} bytes of an entry that was cut off.\n`);
  }
  endWithProcess(standIn);
  const address = host.includes(":") ? `[${host}]` : host;
  announce("redis-stand-in", `redis://${address}:${standIn.port}`);
  standIn.ended.then(() => process.exit(0), fail);
} catch (error) {
  fail(error);
}
