import {
  type ComparisonRow,
  compareRuns,
  type EdgeResult,
  explain,
  formatCount,
  formatFactor,
  formatMs,
  formatShare,
  type RunResult,
} from "@breakwater/metrics";
import { differenceTexts } from "../comparison.ts";
import { msOrNone } from "../terminal/words.ts";
import type { DifferenceRow, Fact, PageData, PageEdge, PageResult, PageRun } from "./page-data.ts";

/** One run of a report: its result, what to call it, and what else is known about it. */
export interface ReportRun {
  readonly label: string;
  readonly note: string;
  readonly result: RunResult;
}

export interface Report {
  readonly title: string;
  readonly about: string;
  readonly runs: readonly ReportRun[];
  /** The run to show first, by its place in `runs`; the first unless set. */
  readonly shown?: number;
  /** The run to draw behind it; none unless set. */
  readonly baseline?: number;
}

/** Everything that the page shows, from the results of runs. */
export function pageData(report: Report): PageData {
  const { runs } = report;
  return {
    title: report.title,
    about: report.about,
    shown: report.shown ?? 0,
    baseline: report.baseline ?? null,
    runs: runs.map(pageRun),
    differences: runs.map((baseline) =>
      runs.map((run) =>
        run === baseline ? [] : compareRuns(baseline.result, run.result).rows.map(differenceRow),
      ),
    ),
  };
}

function pageRun({ label, note, result }: ReportRun): PageRun {
  const { headline, sentences } = explain(result);
  return {
    label,
    note,
    headline,
    story: sentences.map(({ atMs, text }) => ({ atMs, text })),
    facts: factsOf(result),
    result: pageResult(result),
  };
}

function factsOf(result: RunResult): Fact[] {
  const { summary, endToEnd } = result;
  const facts: [string, string][] = [
    ["Offered", formatCount(summary.offered)],
    [`Served in ${formatMs(result.durationMs)}`, formatCount(summary.servedInDuration)],
    ["Success rate", formatShare(summary.successRate)],
    ["p50, answered", msOrNone(summary.p50Ms)],
    ["p99, answered", msOrNone(summary.p99Ms)],
    ["In flight", formatCount(endToEnd.inFlight)],
    ["Amplification", formatFactor(summary.amplification)],
    ["Wasted work", formatShare(summary.wastedWork)],
    ["Tail", formatMs(summary.tailMs)],
    ["Recovery", msOrNone(summary.recoveryMs)],
    ["Ended", summary.metastable === true ? "metastable" : "not metastable"],
  ];
  return facts.map(([label, text]) => ({ label, text }));
}

function differenceRow(row: ComparisonRow): DifferenceRow {
  const { change, ...texts } = differenceTexts(row);
  return { metric: row.metric, ...texts, change, judged: row.change };
}

function pageEdge(edge: EdgeResult): PageEdge {
  const { name, kind, from, to, policy, series, circuit } = edge;
  return { name, kind, from, to, policy, series, circuit };
}

function pageResult(result: RunResult): PageResult {
  return {
    name: result.name,
    seed: result.seed,
    mode: result.mode,
    durationMs: result.durationMs,
    endedAtMs: result.endedAtMs,
    bucketMs: result.bucketMs,
    timeMs: result.timeMs,
    services: result.services,
    faults: result.faults,
    events: result.events,
    eventsDropped: result.eventsDropped,
    objectives: result.objectives,
    verdict: result.verdict,
    endToEnd: pageEdge(result.endToEnd),
    edges: result.edges.map(pageEdge),
  };
}
