/** The walk through an outage of the counter page: node src/walk.ts [stand-in|redis-server|compose] */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { SettingError } from "./page/settings.ts";
import { fail } from "./process/entry.ts";
import { hasRedisServer } from "./process/start.ts";
import { buildImages, composeStage, missingEngine } from "./walk/compose.ts";
import { missingPrograms, processStage } from "./walk/processes.ts";
import { walk } from "./walk/run.ts";
import type { Stage } from "./walk/stage.ts";
import { WALK } from "./walk/steps.ts";

const [kind = hasRedisServer() ? "redis-server" : "stand-in"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "visits-"));
// Whoever reads may leave before the end; what was started is ended all the same.
process.stdout.on("error", () => {});
try {
  await walk(WALK, stageOf(kind), (text) => process.stdout.write(coloured(text)));
  process.stdout.write("\nEvery step showed what it must.\n");
} catch (error) {
  fail(error);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** In a terminal that has colours, what is done and what is typed stand out. */
function coloured(text: string): string {
  return text
    .replace(/^# .*$/gm, (line) => styleText("cyan", line, { stream: process.stdout }))
    .replace(/^\$ .*$/gm, (line) => styleText("bold", line, { stream: process.stdout }));
}

/** @throws SettingError when what the stage needs is not there */
function stageOf(kind: string): Stage {
  const missing = missingPrograms();
  if (missing.length > 0) throw new SettingError(`the walk needs ${missing.join(", ")}`);
  if (kind === "compose") {
    const { COMPOSE } = process.env;
    const engine = missingEngine(COMPOSE);
    if (engine !== undefined) throw new SettingError(`the walk in containers needs ${engine}`);
    const stage = composeStage(`visits-walk-${process.pid}`, COMPOSE);
    process.stdout.write(`# In ${stage.name}. Build the image first.\n`);
    buildImages(stage);
    return stage;
  }
  if (kind === "redis-server" || kind === "stand-in") return processStage(kind, folder);
  throw new SettingError(
    `${JSON.stringify(kind)} is no stage: give redis-server, stand-in or compose`,
  );
}
