import { parseDuration } from "@breakwater/policy";
import type { CheckedRecorded } from "../checked/load.ts";

/** More rows than this are no trace for one run. */
export const MOST_ROWS = 1_000_000;

/** What a trace holds, or why it cannot be read. */
export type TraceRows =
  | { readonly ok: true; readonly rows: readonly number[] }
  | { readonly ok: false; readonly message: string };

/** @param what times are in the first column, in milliseconds or with a unit; rates in the last one */
export function traceRows(recorded: CheckedRecorded, what: "times" | "rates"): TraceRows {
  if (typeof recorded === "string") return csvRows(recorded, what);
  if ("file" in recorded) {
    return { ok: false, message: "a file is read by the command line only, beside the scenario" };
  }
  return checked(recorded, what, (index) => `value ${index + 1}`);
}

function csvRows(text: string, what: "times" | "rates"): TraceRows {
  const rows: number[] = [];
  const lines: number[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const cells = line.split(/[,;\t]/);
    const cell = (what === "times" ? (cells[0] ?? "") : (cells.at(-1) ?? "")).trim();
    const value = what === "times" ? timeOf(cell) : numberOf(cell);
    if (value === undefined && rows.length === 0 && lines.length === 0 && index === 0) continue;
    if (value === undefined) {
      return {
        ok: false,
        message: `line ${index + 1} has no ${one(what)}: ${JSON.stringify(cell.slice(0, 40))}`,
      };
    }
    rows.push(value);
    lines.push(index + 1);
    if (rows.length > MOST_ROWS)
      return { ok: false, message: `there are more than ${MOST_ROWS} rows` };
  }
  return checked(rows, what, (index) => `line ${lines[index]}`);
}

const one = (what: "times" | "rates"): string => (what === "times" ? "time" : "rate");

const numberOf = (cell: string): number | undefined =>
  /^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : undefined;

const timeOf = (cell: string): number | undefined => numberOf(cell) ?? parseDuration(cell);

function checked(
  rows: readonly number[],
  what: "times" | "rates",
  place: (index: number) => string,
): TraceRows {
  if (rows.length === 0) return { ok: false, message: "there are no rows" };
  for (const [index, value] of rows.entries()) {
    if (what === "rates" && value > 1_000_000) {
      return { ok: false, message: `${place(index)}: ${value} is more than 1000000 per second` };
    }
    if (what === "times" && value < (rows[index - 1] ?? 0)) {
      return { ok: false, message: `${place(index)}: ${value} ms is before the time above it` };
    }
  }
  return { ok: true, rows };
}
