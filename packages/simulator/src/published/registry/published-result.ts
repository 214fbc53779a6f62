/** How much to run: "quick" for a unit test or a first look, "full" for the stated tolerance. */
export type Effort = "quick" | "full";

/** How far ours may be from theirs. `relative` is a share of theirs; `absolute` is in the unit of the row. */
export type Tolerance =
  | { readonly kind: "exact" }
  | { readonly kind: "relative"; readonly quick: number; readonly full: number }
  | { readonly kind: "absolute"; readonly quick: number; readonly full: number }
  /** Ours must not be above theirs by more than this share of theirs. */
  | { readonly kind: "atMost"; readonly quick: number; readonly full: number };

/** One number that somebody has published or derived. */
export interface PublishedRow {
  /** What is measured, and when: "mean time in the system at a utilisation of 0.8". */
  readonly quantity: string;
  /** "s", "ms", "per s", "share", "calls"; "" for a plain number. */
  readonly unit: string;
  readonly theirs: number;
  readonly tolerance: Tolerance;
}

/** Our number for a row. */
export interface Measured {
  readonly ours: number;
  /** Standard error of ours over replications; undefined where nothing in it is random, or nothing is known of it. */
  readonly standardError?: number;
}

/** Something that others have published or derived, and how it is made again. */
export interface PublishedResult {
  /** Unique and short: "M/M/1". */
  readonly name: string;
  /** Who says so: authors, title, year, or the name of the formula. */
  readonly source: string;
  readonly rows: readonly PublishedRow[];
  /** One number per row, in the same order; the same for the same effort, on every machine. */
  run(effort: Effort): readonly Measured[];
}
