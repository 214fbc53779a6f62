import { styleText } from "node:util";
import type { Io } from "../io.ts";

type Paint = (text: string) => string;

/** How text is marked. Without colour every paint gives back its text. */
export interface Style {
  /** Lines that scripts can rely on, without drawings. */
  readonly plain: boolean;
  readonly columns: number;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  readonly accent: Paint;
}

type Format = Parameters<typeof styleText>[0];

export function makeStyle(io: Io, flags: ReadonlySet<string>): Style {
  const plain = flags.has("plain");
  const color = !plain && !flags.has("no-color") && wantsColor(io);
  const paint =
    (format: Format): Paint =>
    (text) =>
      color && text !== "" ? styleText(format, text, { validateStream: false }) : text;
  return {
    plain,
    columns: Math.min(Math.max(io.columns, 60), 160),
    bold: paint("bold"),
    dim: paint("dim"),
    good: paint("green"),
    bad: paint("red"),
    warn: paint("yellow"),
    accent: paint("cyan"),
  };
}

function wantsColor(io: Io): boolean {
  if (io.env.NO_COLOR) return false;
  const forced = io.env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0";
  return io.isTerminal && io.env.TERM !== "dumb";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what an ANSI sequence begins with
const ANSI = /\u001b\[[0-9;]*m/g;

/** How many columns a text takes up, its colours not counted. */
export function visibleLength(text: string): number {
  return [...text.replace(ANSI, "")].length;
}

/** Breaks a text into lines of at most `width` characters, at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line !== "" && visibleLength(line) + 1 + visibleLength(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}
