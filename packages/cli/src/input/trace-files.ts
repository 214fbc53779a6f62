import { dirname, isAbsolute, join, normalize } from "node:path";
import { traceRows } from "@breakwater/scenario";
import { UserError } from "../errors.ts";
import { readTextFile } from "./read-file.ts";

/** Longest trace that is read. */
const TRACE_BYTES = 20 * 1024 * 1024;

type Keys = Record<string, unknown>;

const isKeys = (value: unknown): value is Keys =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Puts the rows of traces in the place of their text, or of the name of their file, `times: { file: arrivals.csv }`.
 * @param value whatever stands in the scenario's file
 * @throws UserError for a file that cannot be read or holds no trace
 */
export function withTraceFiles(value: unknown, reference: string, cwd: string): unknown {
  if (!isKeys(value) || !isKeys(value.load)) return value;
  const load = Object.entries(value.load).map(([name, one]): [string, unknown] => {
    if (!isKeys(one) || one.kind !== "trace") return [name, one];
    const rows = (["times", "rates"] as const).flatMap((what) => {
      const recorded = one[what];
      const place = `${reference}: load.${name}.${what}`;
      if (typeof recorded === "string") return [[what, rowsOf(recorded, what, place)]];
      if (!isKeys(recorded) || typeof recorded.file !== "string") return [];
      const { file } = recorded;
      return [[what, rowsOf(textOf(file, place), what, `${place}: ${file}`)]];
    });
    return [name, { ...one, ...Object.fromEntries(rows) }];
  });
  return { ...value, load: Object.fromEntries(load) };

  function textOf(file: string, place: string): string {
    const path = normalize(file);
    if (isAbsolute(path) || path.startsWith("..")) {
      throw new UserError(
        `${place}: ${file} is not beside the scenario: name a file in its folder`,
      );
    }
    return readTextFile(join(dirname(reference), path), cwd, TRACE_BYTES);
  }
}

function rowsOf(text: string, what: "times" | "rates", place: string): readonly number[] {
  const rows = traceRows(text, what);
  if (!rows.ok) throw new UserError(`${place}: ${rows.message}`);
  return rows.rows;
}
