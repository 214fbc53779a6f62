import type { Effort, Measured, PublishedResult, PublishedRow } from "./published-result.ts";

/** A difference of more standard errors than this is no chance. */
const MOST_ERRORS = 4;

export interface JudgedRow extends PublishedRow, Measured {
  /** |ours - theirs| / theirs; the plain difference where theirs is 0. */
  readonly difference: number;
  /** How far the two may be apart at this effort, in the unit of the row. */
  readonly allowed: number;
  readonly ok: boolean;
}

/** Runs a published result and holds each row to its tolerance and, where its error is known, to 4 standard errors. */
export function judgePublished(result: PublishedResult, effort: Effort): readonly JudgedRow[] {
  const measured = result.run(effort);
  if (measured.length !== result.rows.length) {
    throw new Error(
      `${result.name} has ${result.rows.length} rows and measures ${measured.length}`,
    );
  }
  return result.rows.map((row, index) => judgeRow(row, measured[index] as Measured, effort));
}

function judgeRow(row: PublishedRow, measured: Measured, effort: Effort): JudgedRow {
  const { theirs, tolerance } = row;
  const { ours, standardError } = measured;
  const allowed = allowedOf(row, effort);
  const above = ours - theirs;
  const apart = tolerance.kind === "atMost" ? Math.max(0, above) : Math.abs(above);
  const byChance = standardError === undefined || apart <= MOST_ERRORS * standardError;
  const difference = theirs === 0 ? Math.abs(above) : Math.abs(above / theirs);
  return { ...row, ...measured, difference, allowed, ok: apart <= allowed && byChance };
}

function allowedOf({ theirs, tolerance }: PublishedRow, effort: Effort): number {
  switch (tolerance.kind) {
    case "exact":
      return 0;
    case "absolute":
      return tolerance[effort];
    case "relative":
    case "atMost":
      return tolerance[effort] * Math.abs(theirs);
  }
}
