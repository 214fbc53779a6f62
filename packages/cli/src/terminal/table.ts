import { visibleLength } from "./style.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Rows in columns as wide as their widest cell, two spaces apart. Cells may be coloured. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const titles = columns.map((column) => column.title);
  const lines = titles.some((title) => title !== "") ? [titles, ...rows] : rows;
  const widths = columns.map((_, index) =>
    Math.max(0, ...lines.map((cells) => visibleLength(cells[index] ?? ""))),
  );
  return lines.map((cells) =>
    columns
      .map((column, index) => pad(cells[index] ?? "", widths[index] ?? 0, column.align ?? "left"))
      .join("  ")
      .trimEnd(),
  );
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const gap = " ".repeat(Math.max(0, width - visibleLength(text)));
  return align === "right" ? gap + text : text + gap;
}

/** The same for scripts: titles and rows with a tab between the cells. */
export function plainTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string[] {
  return [columns.map((column) => column.title), ...rows].map((cells) => cells.join("\t"));
}
