// Draws what a command really prints as a picture of a terminal:
//   node scripts/terminal-picture.ts --command "breakwater list" --out docs/pictures/list.svg
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parseAnsi, type Span } from "./picture/ansi.ts";
import { drawTerminal } from "./picture/svg.ts";
import { splitWords } from "./picture/words.ts";

const COLUMNS = 100;
const PROGRAM = "packages/cli/src/bin.ts";
const root = fileURLToPath(new URL("..", import.meta.url));

function capture(words: readonly string[]): string {
  const { NO_COLOR: _, CI: __, ...env } = process.env;
  const args = ["--conditions=breakwater-source", PROGRAM, ...words];
  const ended = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...env, FORCE_COLOR: "1", COLUMNS: String(COLUMNS) },
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  // 1 means that an objective was missed, which is a result like any other.
  if (ended.status !== 0 && ended.status !== 1) {
    throw new Error(`The command ended with ${ended.status ?? ended.signal}:\n${ended.stderr}`);
  }
  return ended.stdout;
}

/** The first lines of a long output, with a mark that there was more. */
function atMost(limit: number, lines: readonly Span[][]): readonly Span[][] {
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit), [{ text: "…", style: { dim: true } }]];
}

function draw(command: string, limit: number): string {
  const [program, ...words] = splitWords(command);
  if (program !== "breakwater") throw new Error('--command must begin with "breakwater"');
  const prompt: Span[] = [
    { text: "$ ", style: { dim: true } },
    { text: command, style: { bold: true } },
  ];
  const lines = atMost(limit, parseAnsi(capture(words).trimEnd()));
  return drawTerminal(command, [prompt, ...lines], COLUMNS);
}

const { values } = parseArgs({
  options: { command: { type: "string" }, out: { type: "string" }, lines: { type: "string" } },
});
const limit = Number(values.lines ?? Number.POSITIVE_INFINITY);
if (values.command === undefined || values.out === undefined || !(limit >= 1)) {
  process.stderr.write(
    'Usage: node scripts/terminal-picture.ts --command "..." --out file.svg [--lines 40]\n',
  );
  process.exitCode = 2;
} else {
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, draw(values.command, limit));
}
