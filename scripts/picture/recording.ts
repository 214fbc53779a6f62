/** Draws the output of a command as it came: lines appear when they appeared, and the window scrolls. */
import { parseAnsi, type Span } from "./ansi.ts";
import {
  BACKGROUND,
  BAR_HEIGHT,
  CELL_WIDTH,
  drawBar,
  drawLine,
  FONT_SIZE,
  FONTS,
  frame,
  LINE_HEIGHT,
  MARGIN,
  number,
  TEXT,
} from "./svg.ts";

/** What a command wrote at once, and when, in milliseconds from its start. */
export interface Chunk {
  readonly atMs: number;
  readonly text: string;
}

export interface Line {
  readonly atMs: number;
  readonly spans: readonly Span[];
}

export interface Recording {
  readonly title: string;
  /** What happens in it, for those who do not see it. */
  readonly description: string;
  readonly lines: readonly Line[];
  readonly columns: number;
  /** Lines that the window shows at a time. */
  readonly rows: number;
}

/** How long the end stays before it begins anew. */
const HOLD_MS = 6000;

/**
 * A window whose lines appear when they did. Those who want no motion see its end; so do programs that know no
 * animation.
 */
export function drawRecording({ title, description, lines, columns, rows }: Recording): string {
  const width = number(columns * CELL_WIDTH + 2 * MARGIN);
  const inner = rows * LINE_HEIGHT;
  const height = number(BAR_HEIGHT + inner + 2 * MARGIN - 4);
  const top = BAR_HEIGHT + MARGIN;
  const totalMs = (lines.at(-1)?.atMs ?? 0) + HOLD_MS;
  const scrolled = (shown: number): number => Math.max(0, shown - rows) * LINE_HEIGHT;
  return [
    ...frame(title, width, height, description),
    style(stepsOf(lines), totalMs, scrolled, lines.length),
    ...drawBar(title, width),
    `<svg x="0" y="${top}" width="${width}" height="${inner}">`,
    `<g class="s" font-family="${FONTS}" font-size="${FONT_SIZE}" fill="${TEXT}" xml:space="preserve">`,
    ...lines.flatMap(({ spans }, row) => drawLine(cut(spans, columns), row * LINE_HEIGHT)),
    // Everything that has not come yet is behind it.
    `<rect class="c" width="${width}" height="${number(lines.length * LINE_HEIGHT + inner)}" fill="${BACKGROUND}"/>`,
    "</g>",
    "</svg>",
    "</svg>",
    "",
  ].join("\n");
}

interface Shown {
  readonly atMs: number;
  readonly lines: number;
}

/** Lines that came together are one step. */
function stepsOf(lines: readonly Line[]): Shown[] {
  const steps = new Map<number, number>([[0, 0]]);
  for (const [index, { atMs }] of lines.entries()) steps.set(Math.round(atMs), index + 1);
  return [...steps].map(([atMs, shown]) => ({ atMs, lines: shown }));
}

function style(
  steps: readonly Shown[],
  totalMs: number,
  scrolled: (shown: number) => number,
  all: number,
): string {
  const share = (atMs: number): string => `${Math.round((atMs / totalMs) * 1e5) / 1e3}%`;
  const keyframes = (name: string, offset: (shown: number) => number): string => {
    const frames: string[] = [];
    let last: number | undefined;
    for (const { atMs, lines } of steps) {
      const y = offset(lines);
      if (y !== last) frames.push(`${share(atMs)}{transform:translateY(${number(y)}px)}`);
      last = y;
    }
    return `@keyframes ${name}{${frames.join("")}to{transform:translateY(${number(last ?? 0)}px)}}`;
  };
  const seconds = `${number(totalMs / 1000)}s`;
  const end = (y: number): string => `transform:translateY(${number(y)}px)`;
  return [
    "<style>",
    `.s{${end(-scrolled(all))};animation:s ${seconds} step-end infinite}`,
    `.c{${end(all * LINE_HEIGHT)};animation:c ${seconds} step-end infinite}`,
    keyframes("s", (shown) => -scrolled(shown)),
    keyframes("c", (shown) => shown * LINE_HEIGHT),
    "@media (prefers-reduced-motion:reduce){.s,.c{animation:none}}",
    "</style>",
  ].join("\n");
}

/** A line that is too long ends with a mark. */
function cut(spans: readonly Span[], columns: number): Span[] {
  const kept: Span[] = [];
  let left = columns;
  for (const { text, style } of spans) {
    const characters = [...text];
    if (characters.length > left) {
      return [...kept, { text: `${characters.slice(0, Math.max(0, left - 1)).join("")}…`, style }];
    }
    kept.push({ text, style });
    left -= characters.length;
  }
  return kept;
}

/** The lines of what was written, each with the time at which it was whole. */
export function linesOf(chunks: readonly Chunk[]): Line[] {
  const text = chunks.map((chunk) => chunk.text).join("");
  const whenAt = timesOf(chunks);
  const trimmed = text.trimEnd();
  let length = 0;
  const ends = trimmed.split("\n").map((line) => {
    length += line.length + 1;
    return Math.min(length, text.length);
  });
  return parseAnsi(trimmed).map((spans, row) => ({ atMs: whenAt(ends[row] ?? 0), spans }));
}

/** When each character of an output was there, by the end of the chunk that brought it. */
function timesOf(chunks: readonly Chunk[]): (length: number) => number {
  const ends: { until: number; atMs: number }[] = [];
  let until = 0;
  for (const { atMs, text } of chunks) {
    until += text.length;
    ends.push({ until, atMs });
  }
  return (length) => ends.find((end) => end.until >= length)?.atMs ?? ends.at(-1)?.atMs ?? 0;
}
