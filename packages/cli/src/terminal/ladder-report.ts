import { explain, formatCount, formatMs, type RunResult } from "@breakwater/metrics";
import type { HomepagePace } from "@breakwater/scenario";
import { type Style, wrap } from "./style.ts";
import { type Column, plainTable, table } from "./table.ts";
import { msOrNone } from "./words.ts";

export interface LadderResult {
  readonly name: string;
  readonly pace: HomepagePace;
  /** What the published article reports of this run, if it does. */
  readonly published: string | undefined;
  readonly result: RunResult;
}

const WATCHED = "recommendations";

interface Numbers {
  readonly servedInDuration: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly attempts: number;
  readonly tailMs: number;
}

function numbersOf({ summary, edges, services, durationMs }: RunResult): Numbers {
  const watched = services.find(({ name }) => name === WATCHED);
  return {
    servedInDuration: summary.servedInDuration,
    p50Ms: summary.p50Ms,
    p99Ms: summary.p99Ms,
    attempts: edges
      .filter(({ to }) => to === WATCHED)
      .reduce((sum, { attempts }) => sum + attempts, 0),
    tailMs: Math.max(0, (watched?.lastBusyMs ?? 0) - durationMs),
  };
}

const NUMBER_TITLES = ["served", "p50", "p99", "attempts", "tail"];

function numberCells(result: RunResult): string[] {
  const numbers = numbersOf(result);
  return [
    formatCount(numbers.servedInDuration),
    msOrNone(numbers.p50Ms),
    msOrNone(numbers.p99Ms),
    formatCount(numbers.attempts),
    formatMs(numbers.tailMs),
  ];
}

/** All runs in one table, then what happened in each and what was published of it. */
export function ladderReport(runs: readonly LadderResult[], tookMs: number, style: Style): string {
  if (style.plain) return `${plainLadder(runs).join("\n")}\n`;
  const rungs = [...new Set(runs.map(({ name }) => name))].map((name) =>
    runs.filter((run) => run.name === name),
  );
  const title = `${style.bold("The homepage outage")} · ${runs.length} runs simulated in ${formatMs(tookMs)}`;
  const legend = [
    "Served: pages answered in the 30 s of load. Attempts: how often recommendations were called. Tail: how long after the load recommendations",
    "were still working on it. p50 and p99 are of answered calls.",
  ].join(" ");
  const sections = [
    [title],
    rungTable(rungs, style),
    wrap(legend, style.columns - 2).map(style.dim),
    ...rungs.map((rung, index) => story(rung, index + 1, style)),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function rungTable(rungs: readonly (readonly LadderResult[])[], style: Style): string[] {
  const nameWidth = Math.max(16, Math.min(40, style.columns - 63));
  const columns: Column[] = [
    { title: "" },
    { title: "run" },
    { title: "pace" },
    ...NUMBER_TITLES.map((title) => ({ title, align: "right" as const })),
  ];
  const rows = rungs.flatMap((rung, index) => {
    const name = wrap(rung[0]?.name ?? "", nameWidth);
    return Array.from({ length: Math.max(rung.length, name.length) }, (_, line) => {
      const run = rung[line];
      const number = line === 0 ? String(index + 1).padStart(2) : "";
      const cells = run ? [run.pace, ...numberCells(run.result)] : [];
      return [number, style.bold(name[line] ?? ""), ...cells];
    });
  });
  return table(columns, rows);
}

/** What happened: told of the calibrated run where there is one, since that is the one that was published. */
function story(rung: readonly LadderResult[], number: number, style: Style): string[] {
  const told = rung.at(-1);
  if (!told) return [];
  const indent = (lines: readonly string[]) => lines.map((line) => `    ${line}`);
  const width = style.columns - 6;
  const published =
    told.published === undefined ? [] : indent(wrap(`Published: ${told.published}`, width));
  return [
    `${String(number).padStart(2)}  ${style.bold(told.name)}`,
    ...indent(wrap(explain(told.result).headline, width)),
    ...published.map(style.dim),
  ];
}

function plainLadder(runs: readonly LadderResult[]): string[] {
  const titles = ["run", "pace", ...NUMBER_TITLES, "published", "what happened"];
  const rows = runs.map(({ name, pace, published, result }) => [
    name,
    pace,
    ...numberCells(result),
    published ?? "",
    explain(result).headline,
  ]);
  return plainTable(
    titles.map((title) => ({ title })),
    rows,
  );
}

export function ladderJson(runs: readonly LadderResult[]): string {
  const rows = runs.map(({ name, pace, published, result }) => ({
    name,
    pace,
    published: published ?? null,
    ...numbersOf(result),
    whatHappened: explain(result).headline,
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}
