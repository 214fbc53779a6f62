import {
  type Comparison,
  compareRuns,
  formatCount,
  formatFactor,
  formatMs,
  formatShare,
} from "@breakwater/metrics";
import type { Command, CommandInput } from "../arguments/command.ts";
import { differenceTexts } from "../comparison.ts";
import { UserError } from "../errors.ts";
import { loadRuns, type NamedRun } from "../input/load-runs.ts";
import { EXIT } from "../io.ts";
import { emit, outputOptions } from "../output/emit.ts";
import { replicationOptions, replicationSettings } from "../replicate/replicate.ts";
import { reportPage, writeReport } from "../report/write.ts";
import type { Style } from "../terminal/style.ts";
import { type Column, plainTable, table } from "../terminal/table.ts";
import { msOrNone } from "../terminal/words.ts";
import { compareLive, compareLiveOptions } from "./compare-live.ts";
import { compareReplicated } from "./compare-replications.ts";

export const compareCommand: Command = {
  name: "compare",
  summary: "run scenarios, or read results, and tell what differs from the first",
  usage: "breakwater compare A B [C ...] [options]",
  examples: [
    { line: "breakwater compare before.yaml after.yaml", about: "what a change does" },
    { line: "breakwater compare before.json outage.yaml", about: "against a kept result" },
    {
      line: "breakwater compare a.yaml b.yaml --replications 40",
      about: "run by run with the same luck, with intervals",
    },
    { line: "breakwater compare homepage/ladder", about: "a whole collection" },
    { line: "breakwater compare a.yaml b.yaml --report ab.html", about: "with graphs" },
    { line: "breakwater compare --live outage", about: "the simulator against reality" },
    {
      line: "breakwater compare --live own.yaml --calibrate",
      about: "write measured service times into the file",
    },
  ],
  options: {
    json: { type: "flag", about: "Every comparison as JSON." },
    report: { type: "value", value: "FILE.html", about: "Write a page with graphs." },
    ...replicationOptions,
    ...compareLiveOptions,
    ...outputOptions,
  },
  notes: [
    "Each of A, B, C is a scenario (as for run), a result that `run --json -o FILE.json` wrote, or a collection: homepage/ladder, homepage/ladder-fast, or the first part of a name in the catalogue, such as homepage.",
    "Comparing judges nothing: the exit code is 0 whatever differs. With --live it judges the model: 1 when it is off by more than --tolerance.",
  ],
  run: async (input) => {
    if (input.args.flags.has("live")) return await compareLive(input);
    for (const name of Object.keys(compareLiveOptions)) {
      if (input.args.flags.has(name) || input.args.values.has(name)) {
        throw new UserError(`--${name} needs --live: breakwater compare --live SCENARIO`);
      }
    }
    const settings = replicationSettings(input.args);
    if (settings !== undefined) return compareReplicated(input, settings);
    const runs: NamedRun[] = [];
    for (const reference of input.args.positionals) {
      runs.push(...(await loadRuns(reference, input.io)));
    }
    if (runs.length < 2) {
      throw new UserError("compare needs two runs or more: breakwater compare A B");
    }
    const title = `${runs[0]?.label} and ${runs.length - 1} more`;
    const page = writeReport(input, input.args.values.get("report"), () =>
      reportPage({
        title,
        about: "",
        runs: runs.map((run) => ({ ...run, note: "" })),
        shown: 1,
        baseline: 0,
      }),
    );
    emit(input, comparisonText(input, runs));
    if (page !== undefined) input.io.err(`${input.style.dim("report")} ${page}\n`);
    return EXIT.met;
  },
};

function comparisonText({ args, style }: CommandInput, runs: readonly NamedRun[]): string {
  const [first, ...others] = runs;
  if (!first) return "";
  const comparisons = others.map((other) => ({
    ...compareRuns(first.result, other.result),
    a: first.label,
    b: other.label,
  }));
  if (args.flags.has("json")) return `${JSON.stringify(comparisons, null, 2)}\n`;
  const sections = [
    overview(runs, style),
    ...(others.length > 1 && !style.plain
      ? [comparisons.map((comparison) => briefly(comparison, style))]
      : comparisons.map((comparison) => differences(comparison, style))),
    ...cautions(comparisons, style),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

const OVERVIEW: readonly Column[] = [
  { title: "run" },
  { title: "served", align: "right" },
  { title: "answered", align: "right" },
  { title: "p50", align: "right" },
  { title: "p99", align: "right" },
  { title: "amplif.", align: "right" },
  { title: "wasted", align: "right" },
  { title: "tail", align: "right" },
  { title: "recovery", align: "right" },
];

function overview(runs: readonly NamedRun[], style: Style): string[] {
  const rows = runs.map(({ label, result: { summary } }) => [
    label,
    formatCount(summary.servedInDuration),
    formatShare(summary.successRate),
    msOrNone(summary.p50Ms),
    msOrNone(summary.p99Ms),
    formatFactor(summary.amplification),
    formatShare(summary.wastedWork),
    formatMs(summary.tailMs),
    msOrNone(summary.recoveryMs),
  ]);
  return style.plain ? plainTable(OVERVIEW, rows) : table(OVERVIEW, rows);
}

/** One of several runs against the first, in one line: only what is better or worse. */
function briefly({ b, rows }: Comparison, style: Style): string {
  const part = (change: "better" | "worse", mark: string, paint: (text: string) => string) => {
    const names = rows.filter((row) => row.change === change).map(({ metric }) => metric);
    return names.length === 0 ? [] : [paint(`${mark} ${names.join(", ")}`)];
  };
  const parts = [...part("better", "▲", style.good), ...part("worse", "▼", style.bad)];
  return `${style.bold(b)}: ${parts.length === 0 ? "= no better, no worse" : parts.join("  ")}`;
}

/** What a run changed against the first. */
function differences(comparison: Comparison, style: Style): string[] {
  const rows = comparison.rows.map((row) => {
    const { before, after, change } = differenceTexts(row);
    return [row.metric, before, after, change, judged(row.change, style)];
  });
  const right = "right" as const;
  const columns: Column[] = [
    { title: style.plain ? "metric" : "" },
    { title: "before", align: right },
    { title: "after", align: right },
    { title: "change", align: right },
    { title: "" },
  ];
  const title = `${style.bold(comparison.b)} against ${comparison.a}`;
  return [title, ...(style.plain ? plainTable(columns, rows) : table(columns, rows))];
}

function judged(change: Comparison["rows"][number]["change"], style: Style): string {
  if (change === "better") return style.good(style.plain ? "better" : "▲ better");
  if (change === "worse") return style.bad(style.plain ? "worse" : "▼ worse");
  return change === "same" ? style.dim("same") : "";
}

function cautions(comparisons: readonly Comparison[], style: Style): string[][] {
  const lines = comparisons.flatMap(({ b, cautions }) =>
    cautions.map((caution) => `${style.warn("caution")} ${b}: ${caution}`),
  );
  return lines.length === 0 ? [] : [lines];
}
