/** The walk through an outage of the counter page: node src/walk.ts [stand-in|redis-server] */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingError } from "./page/settings.ts";
import { fail } from "./process/entry.ts";
import { hasRedisServer } from "./process/start.ts";
import { missingPrograms, processStage } from "./walk/processes.ts";
import { walk } from "./walk/run.ts";
import { WALK } from "./walk/steps.ts";

const [kind = hasRedisServer() ? "redis-server" : "stand-in"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "visits-"));
try {
  if (kind !== "redis-server" && kind !== "stand-in") {
    throw new SettingError(`${JSON.stringify(kind)} is no store: give redis-server or stand-in`);
  }
  const missing = missingPrograms();
  if (missing.length > 0) throw new SettingError(`the walk needs ${missing.join(", ")}`);
  await walk(WALK, processStage(kind, folder), (text) => process.stdout.write(text));
  process.stdout.write("\nEvery step showed what it must.\n");
} catch (error) {
  fail(error);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
