// Records what a command really writes, and when, as a moving picture of a terminal:
//   node scripts/terminal-recording.ts walk      (needs a Docker engine)
//   node scripts/terminal-recording.ts outage
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Chunk, drawRecording, linesOf } from "./picture/recording.ts";
import { type Played, RECORDINGS } from "./recordings.ts";

const COLUMNS = 100;
const root = fileURLToPath(new URL("..", import.meta.url));

async function record({ command, folder, args }: Played): Promise<Chunk[]> {
  const { NO_COLOR: _, CI: __, ...env } = process.env;
  const chunks: Chunk[] = [
    { atMs: 0, text: `\u001b[2m$\u001b[22m \u001b[1m${command}\u001b[0m\n` },
  ];
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: join(root, folder),
    env: { ...env, FORCE_COLOR: "1", COLUMNS: String(COLUMNS) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      chunks.push({ atMs: performance.now() - startedAtMs, text });
    });
  }
  const [code, signal] = await once(child, "close");
  // 1 means that an objective was missed, which is a result like any other.
  if (code !== 0 && code !== 1) {
    throw new Error(`ended with ${signal ?? code}:\n${chunks.map(({ text }) => text).join("")}`);
  }
  return chunks;
}

const [name = ""] = process.argv.slice(2);
const played = RECORDINGS[name];
if (played === undefined) {
  const names = Object.keys(RECORDINGS).join("|");
  process.stderr.write(`Usage: node scripts/terminal-recording.ts ${names}\n`);
  process.exitCode = 2;
} else {
  const { title, description, rows } = played;
  const lines = linesOf(await record(played));
  const picture = drawRecording({ title, description, lines, columns: COLUMNS, rows });
  writeFileSync(join(root, `docs/pictures/${name}.svg`), picture);
}
