import { resampleToWidth } from "./resample.ts";

export interface ChartInput {
  /** Drawn as bars. */
  readonly bars: readonly number[];
  /** Drawn as a dashed line above the bars. */
  readonly line: readonly number[];
  /** Columns of the plot, without the axis. */
  readonly width: number;
  readonly height: number;
  /** Writes a value of the vertical axis. */
  readonly label: (value: number) => string;
  readonly paintBar: (text: string) => string;
  readonly paintLine: (text: string) => string;
}

const BLOCKS = ["", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as const;

/**
 * Bars with a line over them, for what came of what was asked: where the line stands clear above the bars, work
 * was lost. Bars have eight steps per row.
 */
export function chart(input: ChartInput): string[] {
  const bars = resampleToWidth(input.bars, input.width, "mean");
  const line = resampleToWidth(input.line, input.width, "mean");
  const top = niceTop(Math.max(...bars, ...line, 0));
  const labels = Array.from({ length: input.height }, (_, row) => axisLabel(input, top, row));
  const labelWidth = axisWidth(input.label, top) - 2;
  return labels.map((label, row) => {
    const cells = bars.map((value, column) => {
      const lineRow = rowOf(line[column] ?? 0, top, input.height);
      return cell(input, value, top, row, lineRow);
    });
    return `${label.padStart(labelWidth)} ${label === "" ? "│" : "┤"}${cells.join("")}`;
  });
}

/** Characters that the axis takes up to the left of the plot. */
function axisWidth(label: (value: number) => string, top: number): number {
  return Math.max(label(niceTop(top)).length, label(0).length) + 2;
}

function axisLabel(input: ChartInput, top: number, row: number): string {
  if (row === 0) return input.label(top);
  if (row === input.height - 1) return input.label(0);
  return "";
}

function cell(input: ChartInput, value: number, top: number, row: number, lineRow: number): string {
  const floor = input.height - 1 - row;
  const eighths = Math.round((value / top) * input.height * 8) - floor * 8;
  const block = BLOCKS[Math.min(8, Math.max(0, eighths))] ?? "";
  if (block !== "") return input.paintBar(block);
  return row === lineRow ? input.paintLine("╌") : " ";
}

/** The row, from the top, in which a value lies; below the plot for 0, where a line would say nothing. */
function rowOf(value: number, top: number, height: number): number {
  return value <= 0 ? height : height - Math.min(height, Math.ceil((value / top) * height));
}

/** The next of 1, 2, 2.5, 4, 5, 8 times a power of ten, so that the axis ends in a number one can read. */
export function niceTop(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value);
  return (step ?? 10) * power;
}

export interface Mark {
  readonly startMs: number;
  /** undefined: to the end. */
  readonly endMs: number | undefined;
}

/** A row under a chart in which the times of a mark are drawn with `glyph`. */
export function markRow(mark: Mark, endedAtMs: number, width: number, glyph: string): string {
  const column = (atMs: number) => Math.round((atMs / Math.max(1, endedAtMs)) * width);
  const start = Math.min(width - 1, column(mark.startMs));
  const end = Math.min(width, Math.max(start + 1, column(mark.endMs ?? endedAtMs)));
  return " ".repeat(start) + glyph.repeat(end - start) + " ".repeat(width - end);
}
