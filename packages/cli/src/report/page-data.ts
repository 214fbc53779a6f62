import type { EdgeResult, RunResult } from "@breakwater/metrics";

/** What the page is given: everything it shows, as plain data. Texts and comparisons are made before, not in the page. */
export interface PageData {
  readonly title: string;
  readonly about: string;
  readonly runs: readonly PageRun[];
  /** What is shown first: the number of a run, and of the baseline behind it, if any. */
  readonly shown: number;
  readonly baseline: number | null;
  /** `differences[baseline][run]`: how a run differs from another; empty for itself. */
  readonly differences: readonly (readonly (readonly DifferenceRow[])[])[];
}

export interface PageRun {
  readonly label: string;
  /** What else is known about it (what an article reports), "" for nothing. */
  readonly note: string;
  readonly headline: string;
  /** atMs null: about the whole run. */
  readonly story: readonly { readonly atMs: number | null; readonly text: string }[];
  readonly facts: readonly Fact[];
  readonly result: PageResult;
}

/** One number of the verdict strip and of the table of runs. */
export interface Fact {
  readonly label: string;
  readonly text: string;
}

export interface DifferenceRow {
  readonly metric: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  /** Whether the change is good news. */
  readonly judged: "better" | "worse" | "same" | "different";
}

/** A result without what the page does not show: histograms, and the counts that its texts already tell. */
export type PageEdge = Pick<
  EdgeResult,
  "name" | "kind" | "from" | "to" | "policy" | "series" | "circuit"
>;
export type PageResult = Pick<
  RunResult,
  | "name"
  | "seed"
  | "mode"
  | "durationMs"
  | "endedAtMs"
  | "bucketMs"
  | "timeMs"
  | "services"
  | "faults"
  | "events"
  | "eventsDropped"
  | "objectives"
  | "verdict"
> & { readonly endToEnd: PageEdge; readonly edges: readonly PageEdge[] };
